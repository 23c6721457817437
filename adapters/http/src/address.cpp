#include "address.hpp"

#include <algorithm>

namespace streams::http {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

// Not <cctype>: that depends on the locale.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// What may stand in an address as it is; all else is to be encoded.
bool is_graphic(char c) {
  return c > ' ' && c < '\x7f';
}
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
  });
}
bool is_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
  });
}

std::string base_url_fault(std::string_view url) {
  if (!url.starts_with(kHttp) && !url.starts_with(kHttps)) return "must begin with http:// or https://";
  const std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view host = rest.substr(0, rest.find('/'));
  if (host.empty()) return "names no host";
  if (host.find('@') != std::string_view::npos)
    return "must not carry a user or a password; give them as a header";
  if (rest.find_first_of("?#") != std::string_view::npos) return "must have no query and no fragment";
  if (!std::all_of(rest.begin(), rest.end(), is_graphic)) return "has a character that no address has";
  return {};
}

std::string header_fault(const HttpHeaders& headers) {
  for (const HttpHeader& header : headers) {
    if (!is_token(header.name)) return "a header's name is empty or has a character that no name has";
    if (!is_value(header.value))
      return "the value of header '" + header.name + "' has a line break or control character";
  }
  return {};
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string> faults_of(const HttpClientOptions& options) {
  std::vector<std::string> faults;
  const auto add = [&faults](const std::string& text) { faults.push_back("HttpClient: " + text); };
  if (const std::string fault = base_url_fault(options.base_url); !fault.empty()) add("base_url " + fault);
  if (options.max_connections < 1 || options.max_connections > 10'000)
    add("max_connections must be from 1 to 10000");
  if (options.timeout.count() < 1) add("timeout must be at least 1ms");
  if (options.connect_timeout.count() < 1) add("connect_timeout must be at least 1ms");
  if (options.max_response_bytes < 1) add("max_response_bytes must be at least 1");
  if (const std::string fault = header_fault(options.headers); !fault.empty()) add(fault);
  return faults;
}

std::string fault_of(const HttpCall& call) {
  if (call.method.empty() || !std::all_of(call.method.begin(), call.method.end(), is_letter))
    return "the method is no word";
  // Anything else could become part of the host's name.
  if (!call.path.empty() && call.path.front() != '/' && call.path.front() != '?')
    return "the path must begin with / or ?";
  if (!std::all_of(call.path.begin(), call.path.end(), is_graphic))
    return "the path has a character that must be written as %XX; see percent_encoded()";
  return header_fault(call.headers);
}

std::string server_of(std::string_view base_url) {
  return std::string(base_url.substr(0, base_url.find('/', base_url.find("://") + 3)));
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 0xF];
    }
  }
  return encoded;
}

}  // namespace streams::http
