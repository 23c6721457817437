#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <streams/bytes.hpp>
#include <streams/message.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// Makes the name of the object that a message becomes: a function that takes the message, or nothing. Its name must
/// follow from the message alone if a replay is to write over what was written before; one that is called with nothing
/// makes other names each time. Called as const, one copy per worker.
class ObjectGenerator {
 public:
  /// None: names from pipeline, step, topic, partition and offset.
  ObjectGenerator() = default;
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, ObjectGenerator>) &&
      (std::is_invocable_r_v<std::string, const F&, const Message<Bytes>&> ||
       std::is_invocable_r_v<std::string, const F&>)
      // NOLINTNEXTLINE(google-explicit-constructor): a function is given where a generator is wanted
      ObjectGenerator(F function) {
    if constexpr (std::is_invocable_r_v<std::string, const F&, const Message<Bytes>&>) {
      name_ = [function = std::move(function)](const Message<Bytes>& message) -> std::string {
        return function(message);
      };
    } else {
      name_ = [function = std::move(function)](const Message<Bytes>&) -> std::string { return function(); };
    }
  }

  explicit operator bool() const noexcept { return static_cast<bool>(name_); }
  std::string operator()(const Message<Bytes>& message) const { return name_(message); }

 private:
  std::function<std::string(const Message<Bytes>&)> name_;
};

/// The options of an ObjectSink, under their YAML names. Credentials stand in the deployment or in the environment.
struct ObjectSinkOptions {
  std::string location{};  ///< `file:///folder`, `s3://bucket[/prefix]` or `gs://bucket[/prefix]`
  ObjectGenerator object_generator{};
  std::optional<std::int64_t> thread_count{};  ///< objects written at once by a worker; 1
  std::string extension{};     ///< behind the names that are made without a generator: `.parquet`
  std::string content_type{};  ///< `application/octet-stream`
  std::string endpoint{};      ///< `https://host[:port]` of another server than the vendor's
  std::string region{};        ///< of S3
};

/// The options of a GCSSink, under their YAML names.
struct GCSSinkOptions {
  std::optional<std::int64_t> thread_count{};
  std::string extension{};
  std::string content_type{};
  std::string endpoint{};
};

/// What the connector of an ObjectSink needs of the code beside the options: `Node::connector`.
struct STREAMS_EXPORT ObjectSinkCode {
  ObjectGenerator object_generator;
};

namespace detail {
STREAMS_EXPORT Node object_sink_node(Node node, ObjectSinkOptions options);
STREAMS_EXPORT Node gcs_sink_node(Node node, std::string bucket, ObjectGenerator generator,
                                  GCSSinkOptions options);
}  // namespace detail

/// Writes each message as one object: into a folder, a bucket of Amazon S3 (or of a server with its protocol), or one of
/// Google Cloud Storage. A record is done when the store has the object safe. An object appears whole or not at all, and
/// one of the same name is replaced; without a generator the names follow from where the message came from, so a replay
/// writes over what was written before:
///
///     <pipeline>/<step>/<topic>/<partition>/<offset, 20 digits>[-n]<extension>
///
/// where `n` counts the further messages that one record became. Transient faults are tried again for ever, or as often as
/// `max_attempts` says; a refused object is a step error of kind `produce`.
///
///     .sink(ObjectSink("archive", {.location = "s3://clicks/raw", .thread_count = 4, .extension = ".json"}))
class ObjectSink {
 public:
  static constexpr bool kIsSink = true;

  explicit ObjectSink(std::string name, ObjectSinkOptions options = {},
                      std::source_location where = std::source_location::current())
      : head_(std::move(name), where), options_(std::move(options)) {}

  template <class In>
  static constexpr bool accepts = std::same_as<In, Bytes>;
  template <class In>
  static constexpr void diagnose() {
    static_assert(accepts<In>,
                  "[streams] ObjectSink: it writes Bytes; add a Serializer or a ParquetSerializer before it");
  }

  template <class In>
  Node node() && {
    return detail::object_sink_node(detail::sink_node<In>(std::move(head_), "ObjectSink"),
                                    std::move(options_));
  }

 private:
  detail::StepHead head_;
  ObjectSinkOptions options_;
};

/// An ObjectSink for a bucket of Google Cloud Storage.
///
///     .sink(GCSSink("mysink", "arroyo-artifacts", [](const Message<Bytes>& m) { return file_name(m.origin); }))
class GCSSink {
 public:
  static constexpr bool kIsSink = true;

  GCSSink(std::string name, std::string bucket, ObjectGenerator object_generator = {},
          GCSSinkOptions options = {}, std::source_location where = std::source_location::current())
      : head_(std::move(name), where),
        bucket_(std::move(bucket)),
        object_generator_(std::move(object_generator)),
        options_(std::move(options)) {}

  template <class In>
  static constexpr bool accepts = std::same_as<In, Bytes>;
  template <class In>
  static constexpr void diagnose() {
    static_assert(accepts<In>,
                  "[streams] GCSSink: it writes Bytes; add a Serializer or a ParquetSerializer before it");
  }

  template <class In>
  Node node() && {
    return detail::gcs_sink_node(detail::sink_node<In>(std::move(head_), "GCSSink"), std::move(bucket_),
                                 std::move(object_generator_), std::move(options_));
  }

 private:
  detail::StepHead head_;
  std::string bucket_;
  ObjectGenerator object_generator_;
  GCSSinkOptions options_;
};

}  // namespace streams
