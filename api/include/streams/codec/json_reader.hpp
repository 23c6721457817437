#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include <streams/bytes.hpp>
#include <streams/export.hpp>

namespace streams::json {

/// A set of JSON value kinds; integers are numbers without fraction and exponent.
enum Kinds : unsigned {
  kNull = 1,
  kBoolean = 2,
  kInteger = 4,
  kFraction = 8,
  kString = 16,
  kArray = 32,
  kObject = 64,
  kAnyKind = 127
};

/// What follows a member or an element.
enum class Next { kMore, kEnd, kFault };

/// Walks one JSON document, value by value, without building a tree. Positions of all tokens are found
/// first, vectorised and with UTF-8 checked; the walk then jumps from token to token.
///
/// Lifecycle: one per document, on the stack. `read_*` returns false on a fault and remembers it; the
/// outermost caller turns it into a CodecError with `raise()`. The text must outlive the reader, and must not
/// change. Token memory is kept per thread and used again.
/// Threads: used by the thread that made it.
class STREAMS_EXPORT Reader {
 public:
  /// Levels of nesting that are accepted, in values that are skipped or kept as text as well.
  static constexpr unsigned kMaxDepth = 64;

  /// Throws CodecError when the text is empty, no UTF-8, has an open string or a bare control character.
  explicit Reader(std::string_view document);
  /// The same; null bytes are refused with a text that says so.
  explicit Reader(const Bytes& document);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // --- values -------------------------------------------------------------------------------------------

  /// One bit of `Kinds`: what the value here is by its first character (numbers by their whole text).
  unsigned kind() const noexcept;
  bool at_null() const noexcept { return here() == 'n'; }

  bool read_null() { return literal("null", 4) || fail_expected("null"); }
  bool read_bool(bool& out) {
    if (literal("true", 4)) {
      out = true;
      return true;
    }
    out = false;
    return literal("false", 5) || fail_expected("a boolean");
  }
  bool read_string(std::string& out) {
    std::string_view raw;
    if (!raw_string(raw)) return fail_expected("a string");
    if (escapes_ && has_backslash(raw)) return unescape(raw, out) && advance();
    out.assign(raw.data(), raw.size());
    return advance();
  }
  /// The characters of a string value, valid until the next call that reads a key or such a view.
  bool read_view(std::string_view& out) {
    if (!raw_string(out)) return fail_expected("a string");
    return (!escapes_ || !has_backslash(out) || unescape_view(out)) && advance();
  }
  template <std::integral I>
  bool read_integer(I& out) {
    bool negative = false;
    std::uint64_t magnitude = 0;
    if (!read_magnitude(negative, magnitude)) return false;
    const std::uint64_t limit = static_cast<std::uint64_t>(std::numeric_limits<I>::max());
    if (negative) {
      if (magnitude > (std::signed_integral<I> ? limit + 1 : 0))
        return fail_range(sizeof(I) * 8, std::signed_integral<I>);
      out = static_cast<I>(0 - magnitude);
    } else {
      if (magnitude > limit) return fail_range(sizeof(I) * 8, std::signed_integral<I>);
      out = static_cast<I>(magnitude);
    }
    return advance();
  }
  bool read_number(double& out);
  bool read_number(float& out);
  /// Checks the value here and everything in it, steps over it, and says what its text is.
  bool skip_value(std::string_view& text);
  bool skip_value() {
    std::string_view text;
    return skip_value(text);
  }

  // --- objects: begin_object, then per member a key, its value and next_member ----------------------------

  /// Steps into an object; `kEnd` when it is empty (and then it is already left).
  Next begin_object() {
    if (here() != '{') return fault(fail_expected("an object"));
    return begin('}');
  }
  /// Steps over the key here when it is exactly `quoted` (the name with its quotes).
  bool take_key(const char* quoted, std::size_t size) noexcept {
    const std::uint32_t at = token_[0];
    const std::uint32_t colon = token_[1];
    if (colon - at < size || std::memcmp(text_ + at, quoted, size) != 0 || text_[colon] != ':') return false;
    token_ += 2;
    return true;
  }
  /// The key here; steps over it. Valid until the next call that reads a key or a view.
  bool read_key(std::string_view& key) {
    if (!raw_string(key) || text_[token_[1]] != ':') return fail_key();
    if (escapes_ && has_backslash(key) && !unescape_view(key)) return false;
    token_ += 2;
    return true;
  }
  /// After a value: `kMore` when another member follows, `kEnd` when the object was left.
  Next next_member() {
    if (here() == ',') {
      ++token_;
      return Next::kMore;
    }
    if (here() == '}') return leave();
    return fault(fail_expected("',' or '}'"));
  }

  // --- arrays: begin_array, then per element its value and next_element ------------------------------------

  Next begin_array() {
    if (here() != '[') return fault(fail_expected("an array"));
    return begin(']');
  }
  Next next_element() {
    if (here() == ',') {
      ++token_;
      return Next::kMore;
    }
    if (here() == ']') return leave();
    return fault(fail_expected("',' or ']'"));
  }

  // --- faults ---------------------------------------------------------------------------------------------

  /// The place of the token here, for `fail_missing` and `rewind`.
  struct Mark {
    const std::uint32_t* token;
    unsigned depth;
    std::uint64_t ignored;
  };
  Mark mark() const noexcept { return {token_, depth_, ignored_}; }
  /// Goes back to `mark` and forgets a fault met since.
  void rewind(const Mark& mark) noexcept;

  /// All of these return false. `what` must be a literal.
  [[gnu::cold]] bool fail_expected(const char* what) noexcept;
  [[gnu::cold]] bool fail(std::string text);
  [[gnu::cold]] bool fail_at(const Mark& mark, std::string text);
  [[gnu::cold]] bool fail_missing(const Mark& object, std::string_view field);

  /// How much of the objects read so far no field took. One member counts more than a thousand deeper inside
  /// (to five levels), so that what a type knows at the top decides. For choosing among types.
  std::uint64_t ignored() const noexcept { return ignored_; }
  void count_ignored() noexcept {
    const unsigned deeper = depth_ > fit_depth_ ? depth_ - fit_depth_ - 1 : 0;
    ignored_ += deeper < 4 ? std::uint64_t{1} << (40 - 10 * deeper) : 1;
  }
  /// Makes objects here the top one for `ignored()`, unless a choice around this one did; true: `end_fit`.
  bool begin_fit() noexcept {
    if (fitting_) return false;
    fitting_ = true;
    fit_depth_ = depth_;
    return true;
  }
  void end_fit() noexcept { fitting_ = false; }

  /// Nothing but blanks may follow the outermost value.
  bool finish() { return token_ == last_ || fail_trailing(); }
  /// Throws CodecError: the path of the fault, and its text.
  [[noreturn, gnu::cold]] void raise() const;

 private:
  struct Scratch;
  class Pool;

  char here() const noexcept { return text_[*token_]; }
  bool advance() noexcept {
    ++token_;
    return true;
  }
  static Next fault(bool) noexcept { return Next::kFault; }
  static bool has_backslash(std::string_view text) noexcept {
    return std::memchr(text.data(), '\\', text.size()) != nullptr;
  }
  static bool is_blank(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

  Next begin_container(bool array) { return begin(array ? ']' : '}'); }
  bool skip_key();
  Next begin(char close) {
    if (depth_ == kMaxDepth) return fault(fail_depth());
    ++depth_;
    ++token_;
    // An opening bracket may be the last token of a broken document.
    if (token_ == last_) return fault(fail_expected("a value"));
    return here() == close ? leave() : Next::kMore;
  }
  Next leave() {
    ++token_;
    --depth_;
    // Only behind a closing bracket can the tokens be used up: nothing else may come last.
    if (token_ == last_ && depth_ != 0) return fault(fail_expected("',' or a closing bracket"));
    return Next::kEnd;
  }
  /// The text between the quotes: the next token bounds it, so the closing quote is found from behind.
  bool raw_string(std::string_view& raw) const noexcept {
    const char* open = text_ + token_[0];
    if (*open != '"') return false;
    const char* close = text_ + token_[1] - 1;
    while (close > open && is_blank(*close)) --close;
    if (close == open || *close != '"') return false;
    raw = {open + 1, static_cast<std::size_t>(close - open - 1)};
    return true;
  }
  /// The scalar here ends at `end`: only blanks up to the next token.
  bool ends_at(const char* end) const noexcept {
    const char* next = text_ + token_[1];
    while (end < next && is_blank(*end)) ++end;
    return end == next;
  }
  bool literal(const char* word, std::size_t size) noexcept {
    const char* at = text_ + token_[0];
    if (token_[1] - token_[0] < size || std::memcmp(at, word, size) != 0 || !ends_at(at + size)) return false;
    ++token_;
    return true;
  }
  bool read_magnitude(bool& negative, std::uint64_t& magnitude) {
    const char* p = text_ + token_[0];
    negative = *p == '-';
    if (negative) ++p;
    const char* const digits = p;
    std::uint64_t value = 0;
    for (unsigned digit; (digit = static_cast<unsigned char>(*p) - unsigned{'0'}) < 10; ++p)
      value = value * 10 + digit;
    const auto count = p - digits;
    // 19 digits always fit; the rest, faults included, is sorted out of line.
    if (count == 0 || count > 19 || (*digits == '0' && count > 1) ||
        (p != text_ + token_[1] && !ends_at(p))) {
      return read_long_magnitude(digits, magnitude);
    }
    magnitude = value;
    return true;
  }

  void load(std::string_view document);
  bool read_long_magnitude(const char* digits, std::uint64_t& magnitude);
  bool unescape(std::string_view raw, std::string& out);
  bool unescape_view(std::string_view& text);
  template <class F>
  bool read_floating(F& out);
  [[gnu::cold]] bool fail_range(std::size_t bits, bool is_signed);
  [[gnu::cold]] bool fail_key() noexcept;
  [[gnu::cold]] bool fail_depth();
  [[gnu::cold]] bool fail_trailing();
  std::string found() const;

  const char* text_ = nullptr;
  const std::uint32_t* token_ = nullptr;
  const std::uint32_t* last_ = nullptr;  // one past the last token
  unsigned depth_ = 0;
  bool escapes_ = false;  // there is a backslash somewhere in the document
  bool fitting_ = false;
  unsigned fit_depth_ = 0;
  std::uint64_t ignored_ = 0;
  Scratch* scratch_ = nullptr;

  const char* expected_ = nullptr;  // a fault: either this, or `detail_`
  std::size_t fault_at_ = 0;
  std::string detail_;
  std::string missing_;
};

}  // namespace streams::json
