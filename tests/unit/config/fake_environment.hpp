#pragma once

#include <streams/runtime/config.hpp>

#include <map>
#include <optional>
#include <string>

/// Variables and files that exist in a test.
struct FakeEnvironment {
  std::map<std::string, std::string> variables{
      {"WORD", "abc"}, {"PORT", "8125"}, {"PORT_ONE", "1"}, {"EMPTY", ""}};
  std::map<std::string, std::string> files{{"/run/secrets/password", "hunter2\n"},
                                           {"/etc/kafka/ca.pem", "a certificate"},
                                           {"/etc/kafka/client.pem", "a certificate"},
                                           {"/etc/kafka/client.key", "a key"}};

  streams::runtime::Environment get() const {
    return {[all = variables](const std::string& name) { return find(all, name); },
            [all = files](const std::string& path) { return find(all, path); }};
  }

 private:
  static std::optional<std::string> find(const std::map<std::string, std::string>& all,
                                         const std::string& key) {
    const auto found = all.find(key);
    return found == all.end() ? std::nullopt : std::optional(found->second);
  }
};
