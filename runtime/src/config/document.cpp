#include "config/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace streams::runtime::config {
namespace {

/// Aliases make copies, and copies of copies: a small file must not become a large one.
constexpr std::size_t kMaxNodes = 100'000;

struct TooLarge {
  Place at;
};

struct OpenQuote {
  Place at;
};

/// yaml-cpp counts from 0 and in bytes; editors count characters.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    std::size_t begin = 0;
    while (begin <= text.size()) {
      const auto end = std::min(text.find('\n', begin), text.size());
      lines_.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {};
    Place place{mark.line + 1, mark.column + 1};
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    if (line >= lines_.size()) return place;
    const auto before = lines_[line].substr(0, static_cast<std::size_t>(std::max(mark.column, 0)));
    const auto continuations = std::count_if(before.begin(), before.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    });
    place.column -= static_cast<int>(continuations);
    return place;
  }

  std::string_view line(int number) const {
    const auto index = static_cast<std::size_t>(std::max(number - 1, 0));
    return index < lines_.size() ? lines_[index] : std::string_view{};
  }

  /// The text from the mark to its end.
  std::string_view from(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    if (line >= lines_.size()) return {};
    const auto begin = static_cast<std::size_t>(lines_[line].data() - text_.data()) +
                       static_cast<std::size_t>(std::max(mark.column, 0));
    return begin < text_.size() ? text_.substr(begin) : std::string_view{};
  }

 private:
  std::string_view text_;
  std::vector<std::string_view> lines_;
};

/// yaml-cpp takes a text in quotes that runs to the end of the file for a complete one.
bool has_open_quote(std::string_view text) {
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) return false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == text.front()) return false;
    if (text[i] == '\\' && text.front() == '"') ++i;
  }
  return true;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const Lines& lines, Faults& faults) : lines_(lines), faults_(faults) {}

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = lines_.place(mark); }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.at = lines_.place(mark);
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      faults_.add(lines_.place(mark), "an alias (*) stands inside its own anchor (&); write the value out");
      finish(Node{}, 0);
      return;
    }
    count(size_of(found->second), lines_.place(mark));
    finish(Node(found->second), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    node.kind = Node::Kind::kScalar;
    node.at = lines_.place(mark);
    node.text = value;
    node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!node.quoted) refuse_tag(node.at, tag);
    if (node.quoted && has_open_quote(lines_.from(mark))) throw OpenQuote{node.at};
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::kList, lines_.place(mark), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::kMap, lines_.place(mark), tag, anchor);
  }
  void OnMapEnd() override { close(); }

  Place start() const { return start_; }
  /// Where the innermost list or mapping that is still open begins.
  std::optional<Place> innermost() const {
    return stack_.empty() ? std::nullopt : std::optional(stack_.back().node.at);
  }
  Node take_root() { return std::move(root_); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Node> key;
    /// Keys that came by '<<': the mapping's own ones replace them.
    std::set<std::string> merged;
  };

  static std::size_t size_of(const Node& node) {
    std::size_t size = 1;
    for (const Node& item : node.items) size += size_of(item);
    for (const Entry& entry : node.entries) size += 1 + size_of(entry.value);
    return size;
  }

  void count(std::size_t nodes, Place at) {
    nodes_ += nodes;
    if (nodes_ > kMaxNodes) throw TooLarge{at};
  }

  void refuse_tag(Place at, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    faults_.add(at, fmt::format("the tag '{}' has no meaning here; remove it, and put texts in quotes", tag));
  }

  void open(Node::Kind kind, Place at, const std::string& tag, YAML::anchor_t anchor) {
    refuse_tag(at, tag);
    Frame frame;
    frame.node.kind = kind;
    frame.node.at = at;
    frame.anchor = anchor;
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    finish(std::move(frame.node), frame.anchor);
  }

  void finish(Node node, YAML::anchor_t anchor) {
    count(1, node.at);
    if (anchor != 0) anchors_[anchor] = node;
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = stack_.back();
    if (parent.node.kind == Node::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, *parent.key, std::move(node));
      parent.key.reset();
    }
  }

  void add_entry(Frame& frame, const Node& key, Node value) {
    if (key.kind != Node::Kind::kScalar || key.text.empty()) {
      faults_.add(key.at, "a key must be a text; write 'key: value'");
      return;
    }
    // An empty value is marked where the next token stands, which may be lines below.
    if (value.kind == Node::Kind::kNull) value.at = key.at;
    if (key.text == "<<" && !key.quoted) {
      merge(frame, key, value);
      return;
    }
    for (Entry& entry : frame.node.entries) {
      if (entry.key != key.text) continue;
      if (frame.merged.erase(key.text) > 0) {
        entry.at = key.at;
        entry.value = std::move(value);
        return;
      }
      faults_.add(key.at, fmt::format("the key '{}' is here twice (first in line {}); remove one", key.text,
                                      entry.at.line));
      return;
    }
    frame.node.entries.push_back({key.text, key.at, std::move(value)});
  }

  /// Own keys win over merged ones, whichever comes first.
  void merge(Frame& frame, const Node& key, const Node& value) {
    if (value.kind == Node::Kind::kList) {
      for (const Node& item : value.items) merge(frame, key, item);
      return;
    }
    if (value.kind != Node::Kind::kMap) {
      faults_.add(key.at, "'<<' takes a mapping, or a list of mappings, by alias: '<<: *name'");
      return;
    }
    for (const Entry& entry : value.entries) {
      if (frame.node.find(entry.key) != nullptr) continue;
      frame.node.entries.push_back(entry);
      frame.merged.insert(entry.key);
    }
  }

  const Lines& lines_;
  Faults& faults_;
  Place start_;
  Node root_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t nodes_ = 0;
};

/// The line of the error, or the one before it, is indented with a tab: the place of that tab.
std::optional<Place> tab_near(const Lines& lines, int line) {
  for (const int number : {line, line - 1}) {
    if (number < 1) continue;
    const std::string_view text = lines.line(number);
    const auto first = text.find_first_not_of(' ');
    if (first != std::string_view::npos && text[first] == '\t')
      return Place{number, static_cast<int>(first) + 1};
  }
  return std::nullopt;
}

void add_syntax_fault(const YAML::Exception& error, const Lines& lines, const TreeBuilder& builder,
                      Faults& faults) {
  const Place place = lines.place(error.mark);
  if (const auto tab = tab_near(lines, place.line)) {
    faults.add(*tab, "a tab in the indentation; YAML takes blanks only");
  } else if (error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW || error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW) {
    faults.add(builder.innermost().value_or(place),
               "this '[' or '{' is not closed, or a ',' is missing behind it");
  } else if (error.msg == YAML::ErrorMsg::MAP_VALUE || error.msg == YAML::ErrorMsg::MAP_KEY) {
    faults.add(place,
               "a ':' where no key can be; check the indentation, and put a text that holds ': ' in quotes");
  } else if (error.msg == YAML::ErrorMsg::END_OF_MAP || error.msg == YAML::ErrorMsg::END_OF_SEQ) {
    faults.add(
        place,
        "this line fits neither the lines above nor their parents; check the indentation and the ':' or '-'");
  } else {
    faults.add(place, fmt::format("this is no valid YAML: {}", error.msg));
  }
}

}  // namespace

const Entry* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

Node read_document(std::string_view text, Faults& faults) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const Lines lines(text);
  std::istringstream stream{std::string(text)};
  TreeBuilder first(lines, faults);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(first)) return {};
    TreeBuilder second(lines, faults);
    if (parser.HandleNextDocument(second)) {
      faults.add(second.start(), "a second document begins here; keep one document per file (remove '---')");
    }
    return first.take_root();
  } catch (const TooLarge& error) {
    faults.add(error.at,
               fmt::format("the file has more than {} values once its aliases are written out", kMaxNodes));
  } catch (const OpenQuote& error) {
    faults.add(error.at, "the quotes that open here are never closed");
  } catch (const YAML::Exception& error) {
    add_syntax_fault(error, lines, first, faults);
  }
  return {};
}

}  // namespace streams::runtime::config
