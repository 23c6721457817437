#include <streams/codec/json_reader.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include <simdjson.h>

#include <streams/codec/codec.hpp>

#include "codec/json_path.hpp"

namespace streams::json {
namespace {

using Tokens = simdjson::internal::dom_parser_implementation;

constexpr std::size_t kFirstCapacity = std::size_t{16} << 10;
/// Token memory (four bytes per byte of document) above this is given back after use.
constexpr std::size_t kKeptCapacity = std::size_t{1} << 20;
constexpr std::size_t kLargestDocument = std::size_t{1} << 31;
constexpr std::size_t kPadding = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const char* skip_digits(const char* p) {
  while (is_digit(*p)) ++p;
  return p;
}

/// The end of the JSON number at `p`, or null. Something that is no digit stands behind every number.
const char* end_of_number(const char* p) {
  if (*p == '-') ++p;
  if (!is_digit(*p)) return nullptr;
  p = *p == '0' ? p + 1 : skip_digits(p);
  if (*p == '.') {
    if (!is_digit(*++p)) return nullptr;
    p = skip_digits(p);
  }
  if (*p == 'e' || *p == 'E') {
    ++p;
    if (*p == '+' || *p == '-') ++p;
    if (!is_digit(*p)) return nullptr;
    p = skip_digits(p);
  }
  return p;
}

/// The four hexadecimal digits at `p`, or -1.
int hex4(const char* p, const char* end) {
  if (end - p < 4) return -1;
  unsigned value = 0;
  const auto [stop, fault] = std::from_chars(p, p + 4, value, 16);
  return fault == std::errc() && stop == p + 4 ? static_cast<int>(value) : -1;
}

char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

void append_utf8(std::string& out, unsigned code) {
  const auto tail = [](unsigned bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += {static_cast<char>(0xC0 | code >> 6), tail(code)};
  } else if (code < 0x10000) {
    out += {static_cast<char>(0xE0 | code >> 12), tail(code >> 6), tail(code)};
  } else {
    out += {static_cast<char>(0xF0 | code >> 18), tail(code >> 12), tail(code >> 6), tail(code)};
  }
}

bool escapes_are_valid(std::string_view raw) {
  const char* const end = raw.data() + raw.size();
  for (const char* p = raw.data(); p < end; ++p) {
    if (*p != '\\') continue;
    if (++p == end) return false;
    if (*p == 'u') {
      if (hex4(p + 1, end) < 0) return false;
      p += 4;
    } else if (simple_escape(*p) == '\0') {
      return false;
    }
  }
  return true;
}

}  // namespace

struct Reader::Scratch {
  Pool* home;
  std::unique_ptr<Tokens> tokens{};
  std::string padded{};
  std::string unescaped{};
};

/// Token memory of one thread. More than one is out only when a conversion decodes another document.
class Reader::Pool {
 public:
  static Pool& of_this_thread() {
    thread_local Pool pool;
    return pool;
  }
  Scratch* acquire() {
    if (free_.empty()) {
      free_.reserve(++made_);
      return new Scratch{.home = this};
    }
    Scratch* const scratch = free_.back().release();
    free_.pop_back();
    return scratch;
  }
  void release(Scratch* scratch) noexcept {
    if (scratch->tokens && scratch->tokens->capacity() > kKeptCapacity) scratch->tokens.reset();
    if (scratch->padded.capacity() > kKeptCapacity) scratch->padded = {};
    if (scratch->unescaped.capacity() > kKeptCapacity) scratch->unescaped = {};
    free_.emplace_back(scratch);
  }

 private:
  std::vector<std::unique_ptr<Scratch>> free_;
  std::size_t made_ = 0;
};

Reader::Reader(std::string_view document) {
  load(document);
}

Reader::Reader(const Bytes& document) {
  if (document.is_null()) throw CodecError("$: expected JSON, found a null value (a tombstone)");
  load(document.view());
}

Reader::~Reader() {
  // Asking for the thread's pool again costs more than remembering it.
  scratch_->home->release(scratch_);
}

void Reader::load(std::string_view document) {
  std::size_t size = document.size();
  while (size > 0 && is_blank(document[size - 1])) --size;
  if (size == 0) throw CodecError("$: expected JSON, found an empty value");
  if (size > kLargestDocument) throw CodecError("$: the JSON text is longer than 2 GiB");
  document = document.substr(0, size);

  scratch_ = Pool::of_this_thread().acquire();
  struct Release {
    Scratch* scratch;
    ~Release() {
      if (scratch != nullptr) scratch->home->release(scratch);
    }
  } on_throw{scratch_};

  // Reading stops at the last bracket at the latest. A text that does not end in one (a plain number or
  // string, or one cut off) is read from a copy with zeros behind it.
  if (document.back() != '}' && document.back() != ']') {
    scratch_->padded.assign(document).append(kPadding, '\0');
    document = std::string_view(scratch_->padded).substr(0, size);
  }

  std::unique_ptr<Tokens>& tokens = scratch_->tokens;
  simdjson::error_code error = simdjson::SUCCESS;
  if (!tokens) {
    error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        std::max(size, kFirstCapacity), 1, tokens);
  } else if (tokens->capacity() < size) {
    error = tokens->set_capacity(size + size / 2);
  }
  if (error != simdjson::SUCCESS) throw std::bad_alloc();

  error = tokens->stage1(reinterpret_cast<const std::uint8_t*>(document.data()), size,
                         simdjson::stage1_mode::regular);
  switch (error) {
    case simdjson::SUCCESS:
      break;
    case simdjson::UTF8_ERROR:
      throw CodecError("$: the text is not valid UTF-8");
    case simdjson::UNCLOSED_STRING:
      throw CodecError("$: a string is not closed: the text is cut off, or a quote in it is not escaped");
    case simdjson::UNESCAPED_CHARS:
      throw CodecError("$: a string holds a control character that is not escaped");
    default:
      throw CodecError("$: the text is not JSON");
  }
  text_ = document.data();
  token_ = tokens->structural_indexes.get();
  last_ = token_ + tokens->n_structural_indexes;
  escapes_ = has_backslash(document);
  on_throw.scratch = nullptr;
}

unsigned Reader::kind() const noexcept {
  switch (here()) {
    case 'n':
      return kNull;
    case 't':
    case 'f':
      return kBoolean;
    case '"':
      return kString;
    case '[':
      return kArray;
    case '{':
      return kObject;
    default: {
      const char* p = text_ + *token_;
      if (*p == '-') ++p;
      if (!is_digit(*p)) return 0;
      p = skip_digits(p);
      return *p == '.' || *p == 'e' || *p == 'E' ? kFraction : kInteger;
    }
  }
}

bool Reader::read_long_magnitude(const char* digits, std::uint64_t& magnitude) {
  const char* const end = end_of_number(text_ + *token_);
  if (end == nullptr || !ends_at(end)) return fail_expected("an integer");
  const auto [stop, fault] = std::from_chars(digits, end, magnitude);
  if (stop != end) return fail("expected an integer, found a number with a fraction or an exponent");
  if (fault != std::errc()) return fail("the number does not fit 64 bits");
  return true;
}

template <class F>
bool Reader::read_floating(F& out) {
  const char* const begin = text_ + *token_;
  const char* const end = end_of_number(begin);
  if (end == nullptr || !ends_at(end)) return fail_expected("a number");
  F value{};
  const auto [stop, fault] = std::from_chars(begin, end, value);
  if (fault == std::errc::result_out_of_range) {
    // Too small is zero, as everywhere; too large has no value.
    const long double wide = std::strtold(std::string(begin, end).c_str(), nullptr);
    if (std::abs(wide) > 1) return fail("the number does not fit a floating-point value");
    value = static_cast<F>(wide);
  }
  out = value;
  return advance();
}

bool Reader::read_number(double& out) {
  return read_floating(out);
}
bool Reader::read_number(float& out) {
  return read_floating(out);
}

bool Reader::skip_value(std::string_view& text) {
  const char* const begin = text_ + *token_;
  const char* end = nullptr;
  const unsigned outside = depth_;
  std::uint64_t arrays = 0;  // bit n: level n is an array
  static_assert(kMaxDepth <= 64);
  for (;;) {
    const char* const at = text_ + *token_;
    switch (*at) {
      case '{':
      case '[': {
        const bool array = *at == '[';
        const Next next = begin_container(array);
        if (next == Next::kFault) return false;
        if (next == Next::kMore) {
          const std::uint64_t bit = std::uint64_t{1} << (depth_ - 1);
          arrays = array ? arrays | bit : arrays & ~bit;
          if (array) continue;
          if (!skip_key()) return false;
          continue;
        }
        end = text_ + token_[-1] + 1;
        break;
      }
      case '"': {
        std::string_view raw;
        if (!raw_string(raw)) return fail_expected("a string");
        if (escapes_ && !escapes_are_valid(raw))
          return fail("a string has an escape that JSON does not know");
        end = raw.data() + raw.size() + 1;
        ++token_;
        break;
      }
      case 't':
        if (!literal("true", 4)) return fail_expected("a value");
        end = at + 4;
        break;
      case 'f':
        if (!literal("false", 5)) return fail_expected("a value");
        end = at + 5;
        break;
      case 'n':
        if (!literal("null", 4)) return fail_expected("a value");
        end = at + 4;
        break;
      default:
        end = end_of_number(at);
        if (end == nullptr || !ends_at(end)) return fail_expected("a value");
        ++token_;
    }
    // Behind a value: leave what ends here, then go on to the next value.
    for (;;) {
      if (depth_ == outside) {
        text = {begin, static_cast<std::size_t>(end - begin)};
        return true;
      }
      const bool array = (arrays >> (depth_ - 1) & 1) != 0;
      const Next next = array ? next_element() : next_member();
      if (next == Next::kFault) return false;
      if (next == Next::kMore) {
        if (!array && !skip_key()) return false;
        break;
      }
      end = text_ + token_[-1] + 1;
    }
  }
}

bool Reader::skip_key() {
  std::string_view raw;
  if (!raw_string(raw) || text_[token_[1]] != ':') return fail_key();
  if (escapes_ && !escapes_are_valid(raw)) return fail("a key has an escape that JSON does not know");
  token_ += 2;
  return true;
}

bool Reader::unescape(std::string_view raw, std::string& out) {
  out.clear();
  out.reserve(raw.size());
  const char* p = raw.data();
  const char* const end = p + raw.size();
  while (p < end) {
    const auto* const slash =
        static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
    if (slash == nullptr) break;
    out.append(p, slash);
    p = slash + 1;
    if (p == end) return fail("a string has an escape that JSON does not know");
    if (*p != 'u') {
      const char plain = simple_escape(*p++);
      if (plain == '\0') return fail("a string has an escape that JSON does not know");
      out += plain;
      continue;
    }
    const int first = hex4(p + 1, end);
    if (first < 0) return fail("a string has an escape that JSON does not know");
    p += 5;
    auto code = static_cast<unsigned>(first);
    if (code >= 0xD800 && code < 0xE000) {
      const int second = code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' ? hex4(p + 2, end) : -1;
      if (second < 0xDC00 || second > 0xDFFF)
        return fail("a string has half a surrogate pair, which is no character");
      code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<unsigned>(second) - 0xDC00);
      p += 6;
    }
    append_utf8(out, code);
  }
  out.append(p, end);
  return true;
}

bool Reader::unescape_view(std::string_view& text) {
  if (!unescape(text, scratch_->unescaped)) return false;
  text = scratch_->unescaped;
  return true;
}

void Reader::rewind(const Mark& mark) noexcept {
  token_ = mark.token;
  depth_ = mark.depth;
  ignored_ = mark.ignored;
  expected_ = nullptr;
  detail_.clear();
  missing_.clear();
}

bool Reader::fail_expected(const char* what) noexcept {
  expected_ = what;
  fault_at_ = *token_;
  return false;
}

bool Reader::fail(std::string text) {
  return fail_at(mark(), std::move(text));
}

bool Reader::fail_at(const Mark& mark, std::string text) {
  expected_ = nullptr;
  detail_ = std::move(text);
  missing_.clear();
  fault_at_ = *mark.token;
  return false;
}

bool Reader::fail_missing(const Mark& object, std::string_view field) {
  fail_at(object, "this field is required and is missing");
  missing_ = field;
  return false;
}

bool Reader::fail_range(std::size_t bits, bool is_signed) {
  return fail(std::string("the number does not fit ") + (is_signed ? "a signed " : "an unsigned ") +
              std::to_string(bits) + "-bit integer");
}

bool Reader::fail_key() noexcept {
  return fail_expected("a key and ':'");
}

bool Reader::fail_depth() {
  return fail("nested deeper than " + std::to_string(kMaxDepth) + " levels");
}

bool Reader::fail_trailing() {
  return fail("there is more text after the end of the value");
}

std::string Reader::found() const {
  if (fault_at_ == *last_) return "the end of the text";
  const std::uint32_t* const tokens = scratch_->tokens->structural_indexes.get();
  const char* const begin = text_ + fault_at_;
  const char* end = text_ + *std::upper_bound(tokens, last_, fault_at_);
  while (is_blank(end[-1])) --end;
  const std::string_view token(begin, static_cast<std::size_t>(end - begin));
  switch (token.front()) {
    case '"':
      return "a string";
    case '{':
      return "an object";
    case '[':
      return "an array";
    case 't':
    case 'f':
      return token == "true" || token == "false" ? "a boolean" : "";
    case 'n':
      return token == "null" ? "null" : "";
    case ',':
    case ':':
    case '}':
    case ']':
      return std::string("'") + token.front() + "'";
    default:
      return end_of_number(begin) == end ? "a number" : "";
  }
}

void Reader::raise() const {
  std::string text = path_after({text_, fault_at_});
  if (!missing_.empty()) append_member(text, missing_);
  text += ": ";
  if (const std::string found = expected_ != nullptr ? this->found() : ""; !found.empty()) {
    text.append("expected ").append(expected_).append(", found ").append(found);
  } else if (expected_ != nullptr) {
    text.append("the text is not valid JSON at byte ").append(std::to_string(std::size_t{fault_at_} + 1));
  } else {
    text += detail_;
  }
  throw CodecError(text);
}

}  // namespace streams::json
