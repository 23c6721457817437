#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <streams/bytes.hpp>
#include <streams/export.hpp>

namespace streams {

/// One header of a record. A null value is not an empty one.
struct Header {
  std::string name;
  Bytes value;
  friend bool operator==(const Header&, const Header&) = default;
};

/// Reads the headers of a source's record when somebody asks for them.
/// Implemented by sources; lives as long as every record of that source.
class STREAMS_EXPORT HeaderReader {
 public:
  virtual ~HeaderReader();
  /// Appends the headers of `record` in their order. `record` is what the source passed to `Headers`.
  virtual void read(const void* record, std::vector<Header>& into) const = 0;
};

/// The headers of a message, in order; a name may occur several times.
///
/// Headers of a source record are read from it only when looked at, and a message that nobody looks into is
/// written with the headers it came with. Copying makes the copy independent of the record.
/// Threads: a value type; reading a fresh one from a source fills a cache, so it is for one thread at a time.
class STREAMS_EXPORT Headers {
 public:
  using const_iterator = std::vector<Header>::const_iterator;

  Headers() = default;
  Headers(std::initializer_list<Header> headers);
  /// For sources: headers that `reader` can read from `record`; both outlive this value and what it is moved
  /// to.
  Headers(const HeaderReader& reader, const void* record) noexcept : reader_(&reader), record_(record) {}

  Headers(const Headers& other);
  Headers(Headers&& other) noexcept = default;
  Headers& operator=(const Headers& other) { return *this = Headers(other); }
  Headers& operator=(Headers&& other) noexcept = default;
  ~Headers() = default;

  /// The same headers for the call for which these were lent: nothing is read while they are as they came.
  Headers lend() const { return reader_ == nullptr ? Headers(*this) : Headers(*reader_, record_); }

  bool empty() const { return list().empty(); }
  std::size_t size() const { return list().size(); }
  const_iterator begin() const { return list().begin(); }
  const_iterator end() const { return list().end(); }

  /// The value of the last header of that name (Kafka's own rule), or null when there is none.
  const Bytes* last(std::string_view name) const;
  void add(std::string name, Bytes value);
  /// Replaces every header of that name by one at the end.
  void set(std::string name, Bytes value);
  void remove(std::string_view name);

  /// For sinks: the source's own form of these headers when they are still as they came, else null.
  const void* unchanged_record(const HeaderReader& reader) const noexcept {
    return reader_ == &reader ? record_ : nullptr;
  }

  friend bool operator==(const Headers& a, const Headers& b) { return a.list() == b.list(); }

 private:
  const std::vector<Header>& list() const;
  std::vector<Header>& own();

  const HeaderReader* reader_ = nullptr;
  const void* record_ = nullptr;
  mutable std::unique_ptr<std::vector<Header>> list_;
};

}  // namespace streams
