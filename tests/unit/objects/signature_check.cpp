#include "unit/objects/signature_check.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdio>
#include <sstream>

namespace streams::objects {
namespace {

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += digits.data();
  }
  return text;
}

std::string digest(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string keyed(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string part(const std::string& text, const std::string& name) {
  const auto at = text.find(name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return text.substr(begin, text.find_first_of(", ", begin) - begin);
}

}  // namespace

std::string signature_fault(const SeenRequest& request, const std::string& region, const std::string& id,
                            const std::string& secret) {
  const auto header = [&](const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
  };
  const std::string authorization = header("authorization");
  if (authorization.rfind("AWS4-HMAC-SHA256 ", 0) != 0) return "no signature: " + authorization;
  const std::string time = header("x-amz-date");
  const std::string scope = time.substr(0, 8) + "/" + region + "/s3/aws4_request";
  if (part(authorization, "Credential") != id + "/" + scope) return "another scope: " + authorization;
  if (header("x-amz-content-sha256") != hex(digest(request.body))) return "another digest of the body";

  const std::string names = part(authorization, "SignedHeaders");
  std::string canonical = request.method + "\n" + request.target + "\n\n";
  std::istringstream each(names);
  std::string before;
  bool payload_signed = false;
  bool host_signed = false;
  for (std::string name; std::getline(each, name, ';');) {
    if (name <= before) return "headers out of order: " + names;
    before = name;
    payload_signed = payload_signed || name == "x-amz-content-sha256";
    host_signed = host_signed || name == "host";
    canonical += name + ":" + header(name) + "\n";
  }
  if (!payload_signed || !host_signed) return "too few headers are signed: " + names;
  for (const auto& [name, value] : request.headers) {
    if (name.rfind("x-amz-", 0) == 0 && (";" + names + ";").find(";" + name + ";") == std::string::npos) {
      return name + " is not signed";
    }
  }
  canonical += "\n" + names + "\n" + header("x-amz-content-sha256");

  const std::string to_sign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hex(digest(canonical));
  const std::string key =
      keyed(keyed(keyed(keyed("AWS4" + secret, time.substr(0, 8)), region), "s3"), "aws4_request");
  if (part(authorization, "Signature") != hex(keyed(key, to_sign)))
    return "another signature over:\n" + canonical;
  return {};
}

}  // namespace streams::objects
