#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <streams/export.hpp>

namespace streams {

/// Memory that `Bytes` slices point into: a batch of source records, a chunk of serialised output, one
/// heap string. Counted from outside; `release()` runs when the last reference goes, on the thread that
/// let it go.
///
/// Threads: the counter is atomic, the memory itself must not change while it is referenced.
class STREAMS_EXPORT BytesOwner {
 public:
  BytesOwner() = default;
  BytesOwner(const BytesOwner&) = delete;
  BytesOwner& operator=(const BytesOwner&) = delete;

  void add_reference() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void drop_reference() noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) release();
  }
  /// References held now; exact only while no other thread copies or drops one.
  std::uint32_t references() const noexcept { return references_.load(std::memory_order_acquire); }

 protected:
  virtual ~BytesOwner() = default;
  /// Frees or recycles the memory. Called once per fall of the counter to zero.
  virtual void release() noexcept = 0;

 private:
  std::atomic<std::uint32_t> references_{0};
};

/// An immutable, reference-counted slice of memory; possibly *null* (a Kafka tombstone or an absent key),
/// which is not the same as empty.
///
/// A slice that the runtime hands to a step is *borrowed*: reading and moving it cost nothing, and it is
/// valid until the step returns. Copying it takes a reference, so a copy may be kept for as long as wanted
/// and given to any thread. A step that keeps a value past its call therefore copies it.
class STREAMS_EXPORT Bytes {
 public:
  /// Null bytes.
  Bytes() noexcept = default;

  /// A copy of `text` in memory of its own.
  static Bytes copy_of(std::string_view text);

  /// A slice of `owner`'s memory that takes a reference.
  static Bytes share(BytesOwner& owner, std::string_view slice) noexcept {
    owner.add_reference();
    return Bytes(&owner, slice, true);
  }

  /// A slice that takes no reference: for the runtime, which keeps `owner` alive for the call.
  static Bytes borrow(BytesOwner& owner, std::string_view slice) noexcept {
    return Bytes(&owner, slice, false);
  }

  /// A slice of memory that lives as long as the program (a string literal).
  static Bytes literal(std::string_view text) noexcept { return Bytes(nullptr, text, false); }

  Bytes(const Bytes& other) noexcept
      : data_(other.data_), size_(other.size_), owner_(other.owner_), counted_(other.owner_ != nullptr) {
    if (counted_) owner_->add_reference();
  }
  Bytes(Bytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        owner_(std::exchange(other.owner_, nullptr)),
        counted_(std::exchange(other.counted_, false)) {}
  Bytes& operator=(const Bytes& other) noexcept { return *this = Bytes(other); }
  Bytes& operator=(Bytes&& other) noexcept {
    // Dropped last: that may free the memory in which `other` is.
    BytesOwner* const dropped = counted_ && this != &other ? owner_ : nullptr;
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    owner_ = std::exchange(other.owner_, nullptr);
    counted_ = std::exchange(other.counted_, false);
    if (dropped != nullptr) dropped->drop_reference();
    return *this;
  }
  ~Bytes() {
    if (counted_) owner_->drop_reference();
  }

  bool is_null() const noexcept { return data_ == nullptr; }
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  const char* data() const noexcept { return data_; }
  std::string_view view() const noexcept { return {data_, size_}; }
  std::string str() const { return std::string(view()); }

  /// The part of these bytes from `offset` on, at most `count` long; shares the memory.
  Bytes slice(std::size_t offset, std::size_t count = std::string_view::npos) const;

  /// The same slice on the same terms: what is borrowed stays borrowed, and costs nothing. For code that runs
  /// inside the call for which this value was lent.
  Bytes lend() const noexcept { return counted_ ? Bytes(*this) : Bytes(data_, size_, owner_); }

  /// What keeps the memory alive, or null for literals and null bytes. Not owned by the caller.
  BytesOwner* owner() const noexcept { return owner_; }

  /// Equal contents; null equals only null.
  friend bool operator==(const Bytes& a, const Bytes& b) noexcept {
    return a.is_null() == b.is_null() && a.view() == b.view();
  }
  friend bool operator==(const Bytes& a, std::string_view b) noexcept {
    return !a.is_null() && a.view() == b;
  }

 private:
  Bytes(BytesOwner* owner, std::string_view slice, bool counted) noexcept
      : data_(slice.data() == nullptr ? "" : slice.data()),
        size_(slice.size()),
        owner_(owner),
        counted_(counted) {}

  Bytes(const char* data, std::size_t size, BytesOwner* owner) noexcept
      : data_(data), size_(size), owner_(owner) {}

  const char* data_ = nullptr;
  std::size_t size_ = 0;
  BytesOwner* owner_ = nullptr;
  bool counted_ = false;
};

}  // namespace streams
