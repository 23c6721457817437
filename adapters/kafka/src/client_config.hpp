#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include <streams/runtime/config.hpp>

#include "handles.hpp"

// All properties of all clients. Later layers win: the step's `additional_settings`, our own values, `security`, the
// adapter's `override_params`, the step's `override_params`.

namespace streams::kafka {

struct Property {
  std::string name;
  std::string value;
  bool secret = false;
  std::string
      place;  ///< "steps_config.mysink.override_params" or "file:3:5: ...": for errors; empty for our own
};

/// In the order of their first appearance; a name occurs once.
using Properties = std::vector<Property>;

/// The value in force, or null.
const std::string* find_property(const Properties& properties, std::string_view name);
/// Puts the value in force.
void set_property(Properties& properties, Property property);

enum class ClientKind { consumer, producer, probe };

/// What a client's own values depend on.
struct ClientTraits {
  ClientKind kind = ClientKind::probe;
  std::vector<std::string> bootstrap_servers;
  std::string client_id;
  std::uint64_t memory = 0;    ///< bytes that this client may fill with records
  std::uint32_t siblings = 1;  ///< clients of this kind in the process, itself included

  // Consumers only.
  std::string group;
  std::optional<std::string> instance_id;  ///< none: a dynamic member
  std::chrono::milliseconds session_timeout{10000};

  // Producers only: what all topics of the client take.
  std::int64_t largest_message = 0;
  std::int64_t smallest_limit = 0;
};

/// What the deployment says about a client.
struct ClientSettings {
  std::string step;
  const runtime::Params* additional_settings = nullptr;
  const runtime::Params* adapter_override_params = nullptr;
  const runtime::Params* override_params = nullptr;
  const runtime::SecurityConfig* security = nullptr;  ///< in force here: the step's, or the adapter's
};

/// `own`, or the adapter's, or null.
const runtime::SecurityConfig* security_in_force(const std::optional<runtime::SecurityConfig>& own,
                                                 const runtime::AdapterConfigs& adapters);

/// Whether clients with these settings connect to a broker in the same way.
bool connect_alike(const ClientSettings& a, const ClientSettings& b);

/// All properties of a client, by the layers above.
Properties client_properties(const ClientTraits& traits, const ClientSettings& settings);

/// The properties that a deployment may not set, because what is promised depends on them, and unknown or
/// malformed ones, each with its place and what to do.
std::vector<std::string> property_faults(const ClientSettings& settings);

/// A configuration for `rd_kafka_new`.
absl::StatusOr<ConfHandle> make_conf(const Properties& properties);

/// `name=value` in one line; secrets are `***`.
std::string masked_text(const Properties& properties);

}  // namespace streams::kafka
