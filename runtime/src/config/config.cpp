#include <fmt/format.h>
#include <streams/runtime/config.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

#include "config/faults.hpp"

namespace streams::runtime {

std::string to_text(const ConfigFault& fault) {
  if (fault.line == 0) return fmt::format("{}: {}", fault.file, fault.text);
  return fmt::format("{}:{}:{}: {}", fault.file, fault.line, fault.column, fault.text);
}

ConfigError::ConfigError(std::vector<ConfigFault> faults) : faults_(std::move(faults)) {
  for (const ConfigFault& fault : faults_) {
    if (!text_.empty()) text_ += '\n';
    text_ += to_text(fault);
  }
}

void config::Faults::throw_if_any() {
  if (all_.empty()) return;
  std::stable_sort(all_.begin(), all_.end(), [](const ConfigFault& a, const ConfigFault& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  throw ConfigError(std::move(all_));
}

std::string_view to_text(SecurityProtocol protocol) {
  switch (protocol) {
    case SecurityProtocol::kSsl:
      return "SSL";
    case SecurityProtocol::kSaslPlaintext:
      return "SASL_PLAINTEXT";
    case SecurityProtocol::kSaslSsl:
      return "SASL_SSL";
    case SecurityProtocol::kPlaintext:
      break;
  }
  return "PLAINTEXT";
}

std::string_view to_text(SaslMechanism mechanism) {
  switch (mechanism) {
    case SaslMechanism::kScramSha256:
      return "SCRAM-SHA-256";
    case SaslMechanism::kScramSha512:
      return "SCRAM-SHA-512";
    case SaslMechanism::kPlain:
      break;
  }
  return "PLAIN";
}

bool operator==(const SecurityConfig& a, const SecurityConfig& b) {
  const auto all = [](const SecurityConfig& config) {
    return std::tie(config.protocol, config.ca_file, config.certificate_file, config.key_file,
                    config.key_password, config.sasl_mechanism, config.sasl_username, config.sasl_password);
  };
  return all(a) == all(b);
}

const ConfigSource* KeyPlaces::find(std::string_view key) const {
  const auto found =
      std::find_if(all.begin(), all.end(), [key](const Place& place) { return place.key == key; });
  return found == all.end() ? nullptr : &found->at;
}

RetryConfig RetryOverrides::over(const RetryConfig& pipeline) const {
  return {max_attempts.value_or(pipeline.max_attempts), backoff.value_or(pipeline.backoff),
          jitter.value_or(pipeline.jitter), max_backoff.value_or(pipeline.max_backoff)};
}

const ConfigSource& StepConfig::where(std::string_view key) const {
  const ConfigSource* found = keys.find(key);
  return found != nullptr ? *found : at;
}

const StepConfig* SegmentConfig::find_step(std::string_view name) const {
  const auto found =
      std::find_if(steps.begin(), steps.end(), [name](const StepConfig& step) { return step.name == name; });
  return found == steps.end() ? nullptr : &*found;
}

ConfigSource DeploymentConfig::where(std::string_view key) const {
  const ConfigSource* found = keys.find(key);
  return found != nullptr ? *found : ConfigSource{file, 1, 1};
}

const StepConfig* DeploymentConfig::find_step(std::string_view name) const {
  for (const SegmentConfig& segment : pipeline.segments) {
    if (const StepConfig* step = segment.find_step(name)) return step;
  }
  return nullptr;
}

}  // namespace streams::runtime
