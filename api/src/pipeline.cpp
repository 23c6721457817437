#include <streams/pipeline.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>
#include <utility>

#include "blueprint.hpp"

namespace streams {
namespace {

using detail::Blueprint;
using detail::BlueprintStep;

/// One step that can be reached from what the author returned.
struct Place {
  const Blueprint* blueprint = nullptr;
  std::size_t index = 0;

  const Node& node() const { return blueprint->steps[index]; }
  friend auto operator<=>(const Place& a, const Place& b) {
    if (a.blueprint != b.blueprint)
      return std::less<>()(a.blueprint, b.blueprint) ? std::strong_ordering::less
                                                     : std::strong_ordering::greater;
    return a.index <=> b.index;
  }
  friend bool operator==(const Place&, const Place&) = default;
};

/// The steps in topological order. Paths stand in the order in which their sinks were returned, because the
/// order in which C++ evaluates the arguments of `pipeline(a, b)` is the compiler's choice. What was not
/// returned comes last.
class Walk {
 public:
  explicit Walk(const std::vector<BlueprintStep>& sinks) {
    for (const BlueprintStep& sink : sinks) {
      const BlueprintStep at = detail::resolved(sink);
      visit({at.blueprint.get(), at.index});
      if (std::find(blueprints_.begin(), blueprints_.end(), at.blueprint.get()) == blueprints_.end())
        blueprints_.push_back(at.blueprint.get());
    }
    returned_ = order_.size();
    for (const Blueprint* blueprint : blueprints_) {
      for (std::size_t index = 0; index < blueprint->steps.size(); ++index) visit({blueprint, index});
    }
  }

  const std::vector<Place>& order() const noexcept { return order_; }
  const std::vector<const Blueprint*>& blueprints() const noexcept { return blueprints_; }
  std::size_t at(const Place& place) const { return position_.at(place); }
  /// Steps from here on lead to no returned sink.
  std::size_t returned() const noexcept { return returned_; }

 private:
  void visit(const Place& place) {
    // Upwards without recursion: a chain of many thousand steps is no reason to run out of stack.
    std::vector<Place> open{place};
    while (!open.empty()) {
      const Place current = open.back();
      if (position_.contains(current)) {
        open.pop_back();
        continue;
      }
      const auto& inputs = current.node().inputs;
      const std::size_t before = open.size();
      for (const std::size_t input : inputs | std::views::reverse) {
        const Place upstream{current.blueprint, input};
        if (!position_.contains(upstream)) open.push_back(upstream);
      }
      if (open.size() != before) continue;
      position_.emplace(current, order_.size());
      order_.push_back(current);
      open.pop_back();
    }
  }

  std::vector<const Blueprint*> blueprints_;
  std::vector<Place> order_;
  std::map<Place, std::size_t> position_;
  std::size_t returned_ = 0;
};

std::string position_of(const Node& node) {
  return std::string(node.position.file) + ":" + std::to_string(node.position.line);
}

std::string label(const Node& node) {
  return position_of(node) + ": " + (node.role == NodeRole::sink ? "sink '" : "step '") + node.name + "' (" +
         node.kind + ")";
}

bool may_stand_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

void check_name(const Node& node, std::vector<std::string>& faults) {
  if (node.name.empty()) {
    faults.push_back(label(node) + " has no name; give it one: it is the step's key in the deployment YAML");
  } else if (!std::all_of(node.name.begin(), node.name.end(), may_stand_in_name)) {
    faults.push_back(
        label(node) +
        " has a name with other characters than letters, digits, '_', '-' and '.'; it is a key in the "
        "deployment YAML and part of topic names, so use only those");
  }
}

void check_end(const Node& node, bool returned, std::vector<std::string>& faults) {
  if (node.role == NodeRole::sink) {
    if (!returned) {
      faults.push_back(label(node) +
                       " was built and not returned; return what .sink(...) gave, several as pipeline(a, b)");
    }
  } else if (node.kind == "Branch" && node.inputs.empty()) {
    faults.push_back(label(node) + " stands alone; give the branch to .route(...) or .broadcast(...)");
  } else if (node.outputs.empty() && node.kind == "Route") {
    faults.push_back(label(node) + " has no branch; give it at least one");
  } else if (node.outputs.empty() && node.kind == "Broadcast") {
    faults.push_back(label(node) + " has no branch; give it at least one");
  } else if (node.outputs.empty()) {
    faults.push_back(label(node) +
                     " is the end of a stream without a sink; end the stream with .sink(...) or remove it");
  }
}

}  // namespace

std::vector<std::string> Pipeline::validate() const {
  if (sinks_.empty()) {
    return {"the pipeline is empty; return what .sink(...) gave from the pipeline function"};
  }
  std::vector<std::string> faults;
  const Walk walk(sinks_);
  for (const Blueprint* blueprint : walk.blueprints())
    faults.insert(faults.end(), blueprint->faults.begin(), blueprint->faults.end());
  std::map<std::string_view, const Node*> names;
  for (std::size_t i = 0; i < walk.order().size(); ++i) {
    const Node& node = walk.order()[i].node();
    check_name(node, faults);
    const auto [first, is_new] = names.emplace(node.name, &node);
    if (!is_new && !node.name.empty()) {
      faults.push_back(label(node) + " has the name of the " + first->second->kind + " at " +
                       position_of(*first->second) + "; rename one of them: names are unique in a pipeline");
    }
    check_end(node, i < walk.returned(), faults);
    if ((node.kind == "StreamingSource" || node.kind == "StreamSink") && node.stream.empty()) {
      faults.push_back(label(node) + " has an empty stream name; name the stream that it " +
                       (node.role == NodeRole::source ? "reads" : "writes"));
    }
    if (node.check) {
      for (const std::string& fault : node.check(node.options)) faults.push_back(label(node) + ": " + fault);
    }
  }
  return faults;
}

Graph Pipeline::graph(std::string name) const {
  if (auto faults = validate(); !faults.empty()) throw PipelineError(std::move(faults));
  const Walk walk(sinks_);
  std::vector<Node> nodes;
  nodes.reserve(walk.order().size());
  for (const Place& place : walk.order()) {
    Node node = place.node();
    for (std::size_t& input : node.inputs) input = walk.at({place.blueprint, input});
    for (std::size_t& output : node.outputs) output = walk.at({place.blueprint, output});
    std::sort(node.outputs.begin(), node.outputs.end());
    nodes.push_back(std::move(node));
  }
  return Graph(std::move(name), std::move(nodes));
}

}  // namespace streams
