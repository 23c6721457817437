#include "support/secure_kafka_broker.hpp"

#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace streams::tests {

SecureKafkaBroker::SecureKafkaBroker() {
  const std::string folder = folder_.path().string();
  const std::string command = "'" + std::string(STREAMS_KAFKA_CERTIFICATES_SCRIPT) + "' '" + folder + "'";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("no certificates in " + folder);
  for (int& port : ports_) port = free_port();
  const auto listener = [this](const char* name, Listener which) {
    return std::string(name) + "://" + address(which);
  };
  const std::string secured =
      listener("TLS", Listener::tls) + "," + listener("MUTUAL", Listener::mutual_tls) + "," +
      listener("LOGIN", Listener::sasl_tls) + "," + listener("EXPIRED", Listener::expired_tls) + "," +
      listener("ELSEWHERE", Listener::elsewhere_tls);
  const std::string all = "PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER_PORT@," + secured;
  const std::string plain_login =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"broker\" "
      "password=\"broker-secret\" user_broker=\"broker-secret\" user_app=\"app-secret\";";
  const std::string scram_login =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"broker\" "
      "password=\"broker-secret\";";
  std::vector<std::string> settings{
      "scram:app=app-secret",
      "listeners=" + all,
      "advertised.listeners=" + all,
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,MUTUAL:SSL,LOGIN:SASL_"
      "SSL,"
      "EXPIRED:SSL,ELSEWHERE:SSL",
      "inter.broker.listener.name=PLAINTEXT",
      "ssl.keystore.type=PEM",
      "ssl.keystore.location=" + certificate("broker.pem"),
      "ssl.truststore.type=PEM",
      "ssl.truststore.location=" + certificate("ca.pem"),
      "listener.name.mutual.ssl.client.auth=required",
      "listener.name.expired.ssl.keystore.type=PEM",
      "listener.name.expired.ssl.keystore.location=" + certificate("expired-broker.pem"),
      "listener.name.elsewhere.ssl.keystore.type=PEM",
      "listener.name.elsewhere.ssl.keystore.location=" + certificate("elsewhere-broker.pem"),
      "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
      "listener.name.login.plain.sasl.jaas.config=" + plain_login,
      "listener.name.login.scram-sha-256.sasl.jaas.config=" + scram_login,
      "listener.name.login.scram-sha-512.sasl.jaas.config=" + scram_login,
  };
  broker_ = std::make_unique<KafkaBroker>(std::move(settings));
}

std::string SecureKafkaBroker::address(Listener listener) const {
  return "127.0.0.1:" + std::to_string(ports_[static_cast<std::size_t>(listener)]);
}

}  // namespace streams::tests
