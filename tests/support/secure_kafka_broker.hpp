#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "support/kafka_broker.hpp"
#include "support/test_folder.hpp"

namespace streams::tests {

/// A broker of a test's own with one listener for each way in, on 127.0.0.1; `broker().client()` is on the open one.
/// The user is `app` with the password `app-secret`.
class SecureKafkaBroker {
 public:
  enum class Listener {
    tls,            ///< TLS alone
    mutual_tls,     ///< TLS, and the client must have a certificate
    sasl_tls,       ///< TLS, with PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512
    expired_tls,    ///< TLS, with a certificate that has expired
    elsewhere_tls,  ///< TLS, with the certificate of another host
  };

  /// Blocks until it answers; throws std::runtime_error when it does not.
  SecureKafkaBroker();

  KafkaBroker& broker() { return *broker_; }
  /// `127.0.0.1:PORT`
  std::string address(Listener listener) const;
  /// What certificates.sh has made, by its name there.
  std::string certificate(const std::string& name) const { return (folder_.path() / name).string(); }

 private:
  TestFolder folder_;
  int ports_[5] = {};
  std::unique_ptr<KafkaBroker> broker_;
};

}  // namespace streams::tests
