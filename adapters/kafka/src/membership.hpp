#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <absl/status/statusor.h>

// Static membership: a process that was killed and starts again must have the same name in its group, and no
// two living processes may share one. The kernel knows who lives: a name is a *slot*, and a slot is a locked
// file.

namespace streams::kafka {

/// A slot of a group, held until this is destroyed or the process ends in any way.
class Slot {
 public:
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  Slot(Slot&& other) noexcept;
  Slot& operator=(Slot&&) = delete;
  ~Slot();

  std::size_t number() const { return number_; }

 private:
  friend absl::StatusOr<Slot> claim_slot(const std::string&, const std::string&, std::chrono::milliseconds);
  Slot(std::size_t number, int descriptor) : number_(number), descriptor_(descriptor) {}

  std::size_t number_;
  int descriptor_;
};

/// Takes the lowest free slot of `group` in `folder`, which is made if need be. A slot whose process is about
/// to end is waited for, up to `patience` in all. Fails where the folder cannot be written.
absl::StatusOr<Slot> claim_slot(const std::string& folder, const std::string& group,
                                std::chrono::milliseconds patience = std::chrono::seconds(1));

/// Where slots are locked when the deployment does not say.
std::string default_lock_folder();

/// Who the members of a process are, without slot and member. In a pod that is the pod's name: Kubernetes gives
/// a name to one pod at a time, a container that starts again keeps it, and pods that share the host's network
/// differ in it though not in their host name. Elsewhere it is host name and boot, because several machines may
/// have one host name.
struct Identity {
  std::string pod;  ///< empty: this is no pod
  std::string host;
  std::string boot_id;
};

/// Of this process: the pod's name is in the variable POD_NAME.
Identity own_identity();

/// The member's name in its group: the same for every start of this process in its place, and for no other.
/// It is one that Kafka takes, whatever the pod is called.
std::string instance_id(const Identity& identity, std::size_t slot, std::size_t member);

}  // namespace streams::kafka
