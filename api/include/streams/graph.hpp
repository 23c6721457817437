#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <streams/export.hpp>
#include <streams/operator.hpp>
#include <streams/payload_type.hpp>

namespace streams {

/// A value of a step's option: what the author gave, and what the deployment may put in its place.
using OptionValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::chrono::milliseconds, std::string>;

/// One option of a step, under the name that it has in the code and in the YAML. `monostate` = not set.
struct Option {
  std::string name;
  OptionValue value;
  friend bool operator==(const Option&, const Option&) = default;
};
using Options = std::vector<Option>;

/// The value of `name`, or null when there is no such option or it is not set.
STREAMS_EXPORT const OptionValue* find_option(const Options& options, std::string_view name) noexcept;
STREAMS_EXPORT std::string to_string(const OptionValue& value);

/// Where a step was written.
struct CodePosition {
  std::string_view file;
  std::uint32_t line = 0;
};

enum class NodeRole { source, transform, sink };

/// One step of a graph. Immutable.
struct Node {
  std::string name;
  std::string kind;  ///< "Map", "StreamSink": the name of the class in the DSL
  NodeRole role = NodeRole::transform;
  const PayloadType* input = nullptr;   ///< null for a source
  const PayloadType* output = nullptr;  ///< null for a sink
  std::string stream;                   ///< the logical topic of a source or StreamSink, else empty
  Options options;
  CodePosition position;
  /// The messages behind it stand in a new order of partitions: by their key.
  bool repartitions = false;
  /// The step tries again by itself, as its options `retry.max_attempts`, `retry.backoff`, `retry.jitter` and
  /// `retry.max_backoff` say, which are the deployment's where the code leaves them open.
  bool retries_itself = false;
  /// For a step that chooses where each message goes: the names of its outputs, by port. Such a step's operator is
  /// a PortedOperator. Empty: every output gets every message.
  std::vector<std::string> ports;
  /// What the code says to the connector of this kind, beside the options. Its type is the connector's matter.
  std::any connector;
  /// Makes the step for one worker, with the options that are in force. Empty where somebody else supplies the
  /// step: the adapter for sources and StreamSinks, a connector for the rest.
  std::function<std::unique_ptr<Operator>(const Options& effective)> make;
  /// Says what contradicts itself in the options that are in force, one text a fault. Empty where nothing
  /// can.
  std::function<std::vector<std::string>(const Options& effective)> check;
  std::vector<std::size_t> inputs;   ///< nodes it reads from, as indices into `Graph::nodes()`
  std::vector<std::size_t> outputs;  ///< nodes that read from it, in the order of the author's text
};

/// The result of the DSL: which steps there are and how they are joined. It knows no broker, thread or YAML.
/// Immutable and copied cheaply; nodes stand in topological order, sources first along each path.
class STREAMS_EXPORT Graph {
 public:
  Graph() = default;
  Graph(std::string name, std::vector<Node> nodes);

  const std::string& name() const noexcept;
  const std::vector<Node>& nodes() const noexcept;
  /// The index of the step of that name, or nothing.
  std::optional<std::size_t> find(std::string_view step) const noexcept;

 private:
  struct Body;
  std::shared_ptr<const Body> body_;
};

}  // namespace streams
