#include "connection_fault.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>

namespace streams::kafka {

namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

const Property* property(const Properties& properties, std::string_view name) {
  for (const auto& each : properties)
    if (each.name == name) return &each;
  return nullptr;
}

/// "set X" with the place of a key that is there already.
std::string remedy(const Properties& properties, std::string_view what, std::string_view name) {
  const Property* known = property(properties, name);
  if (known == nullptr || known->place.empty()) known = property(properties, "security.protocol");
  if (known == nullptr || known->place.empty()) return std::string(what);
  return fmt::format("{} ({})", what, known->place);
}

/// The numbers are those of X509_STORE_CTX_get_error(3).
std::string certificate_fault(int number, const Properties& properties) {
  constexpr int kNotYet = 9, kExpired = 10, kRevoked = 23, kHost = 62, kAddress = 64;
  constexpr std::array kUnknownIssuer{2, 18, 19, 20, 21};
  switch (number) {
    case kExpired:
      return "the broker's certificate has expired; renew it, or correct this machine's clock";
    case kNotYet:
      return "the broker's certificate is not valid yet; correct this machine's clock, or the certificate";
    case kRevoked:
      return "the broker's certificate was revoked; renew it";
    case kHost:
    case kAddress:
      return "the broker's certificate is for another name than this one; use the name that it is for in "
             "bootstrap_servers and in the broker's advertised.listeners";
    default:
      break;
  }
  for (const int unknown : kUnknownIssuer)
    if (number == unknown) {
      const Property* file = property(properties, "ssl.ca.location");
      return fmt::format(
          "the broker's certificate was not signed by an authority in {}; {}",
          file == nullptr ? std::string("this system's list") : file->value,
          remedy(properties, "let security.ca_file name the file of its authority", "ssl.ca.location"));
    }
  return fmt::format("the broker's certificate is not valid (OpenSSL's error {}); renew it", number);
}

/// What the broker says about the client's certificate, by the alert that it sends (RFC 8446, 6.2).
std::optional<std::string> client_certificate_fault(std::string_view text, const Properties& properties) {
  const bool has_one = property(properties, "ssl.certificate.location") != nullptr;
  std::string_view why;
  if (has(text, "alert number 45")) why = "it has expired; renew it";
  if (has(text, "alert number 44")) why = "it was revoked; renew it";
  if (has(text, "alert number 48") || has(text, "alert number 46") || has(text, "alert number 42"))
    why = "the broker does not know its authority, or it has expired";
  const bool asks = has(text, "alert number 116") || has(text, "client SSL authentication might be required");
  if (why.empty() && !asks) return std::nullopt;
  if (!has_one)
    return remedy(properties, "the broker asks for the client's certificate; set security.certificate",
                  "security.protocol");
  if (why.empty()) why = "the broker did not see it";
  return remedy(properties, fmt::format("the broker refuses the client's certificate: {}", why),
                "ssl.certificate.location");
}

std::string sasl_fault(std::string_view text, const Properties& properties) {
  const Property* mechanism = property(properties, "sasl.mechanism");
  if (mechanism == nullptr) mechanism = property(properties, "sasl.mechanisms");
  const std::string name = mechanism == nullptr ? std::string("SASL") : mechanism->value;
  if (has(text, "not supported by broker") || has(text, "Unsupported SASL mechanism"))
    return remedy(properties,
                  fmt::format("the broker does not take {}: {}; correct security.sasl.mechanism", name,
                              reason_of(text)),
                  "sasl.mechanism");
  return remedy(properties,
                fmt::format("the broker refuses the user name or the password ({}); correct security.sasl "
                            "or the broker's users",
                            name),
                "sasl.password");
}

/// A broker that is not asked in its own protocol ends the connection without a word; how far it came tells which.
std::optional<ConnectionFault> disconnected_fault(std::string_view text, const Properties& properties) {
  const Property* known = property(properties, "security.protocol");
  std::string protocol = known == nullptr ? std::string() : known->value;
  for (char& c : protocol) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (has(text, "in state APIVERSION_QUERY") && !has(protocol, "SSL"))
    return ConnectionFault{remedy(properties,
                                  "the broker ends the connection at once, as one that expects TLS does; set "
                                  "security.protocol to SSL or SASL_SSL, or correct the port",
                                  "security.protocol"),
                           false};
  if (has(text, "in state UP") && !has(protocol, "SASL"))
    return ConnectionFault{remedy(properties,
                                  "the broker ends the connection after the first request, as one that "
                                  "expects a user name does; set security.protocol to SASL_SSL or "
                                  "SASL_PLAINTEXT and add security.sasl, or correct the port",
                                  "security.protocol"),
                           false};
  return std::nullopt;
}

}  // namespace

std::string reason_of(std::string_view text) {
  // "[thrd:host:1/bootstrap]: ssl://host:1/bootstrap: what happened (after 3ms in state CONNECT)"
  if (const auto end = text.rfind(" (after "); end != std::string_view::npos) text = text.substr(0, end);
  if (text.starts_with("[thrd:"))
    if (const auto end = text.find("]: "); end != std::string_view::npos) text.remove_prefix(end + 3);
  const auto name = text.substr(0, text.find(": "));
  if (has(name, "/") && !has(name, " ") && name.size() < text.size()) text.remove_prefix(name.size() + 2);
  return std::string(text);
}

std::optional<ConnectionFault> connection_fault(const ConnectionError& error, const Properties& properties) {
  const std::string_view text = error.text;
  if (error.code == RD_KAFKA_RESP_ERR__AUTHENTICATION) return ConnectionFault{sasl_fault(text, properties)};
  if (has(text, "PLAINTEXT broker listener") || has(text, "wrong version number"))
    return ConnectionFault{remedy(
        properties, "the broker does not speak TLS at this port; correct the port or security.protocol",
        "security.protocol")};
  if (auto fault = client_certificate_fault(text, properties)) return ConnectionFault{*std::move(fault)};
  if (has(text, "Disconnected")) return disconnected_fault(text, properties);
  if (error.code != RD_KAFKA_RESP_ERR__SSL) return std::nullopt;
  if (error.certificate != 0) return ConnectionFault{certificate_fault(error.certificate, properties)};
  return ConnectionFault{
      remedy(properties, fmt::format("TLS does not come about: {}", reason_of(text)), "security.protocol")};
}

}  // namespace streams::kafka
