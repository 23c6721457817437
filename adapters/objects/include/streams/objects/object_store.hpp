#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>

#include <streams/objects/object_name.hpp>

namespace streams::objects {

/// Where objects are kept: a folder, a bucket.
///
/// Threads: `put` from any number at once, `describe` from any.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Writes one object whole; blocks until the store has it safe. There is never a part of an object under its name,
  /// whatever happens, and an object of that name that was there before is replaced: the same call twice is as good
  /// as once. `bytes` must not change meanwhile.
  ///
  /// Transient faults are tried again inside, by the policy that the store was made with. What comes out:
  ///   kCancelled      the process is stopping; nothing is known about the object
  ///   kUnavailable    the policy's attempts are used up
  ///   anything else   the store refuses, and will again; the text says what, where and how to mend it
  virtual absl::Status put(const ObjectName& name, std::string_view bytes, std::string_view content_type) = 0;

  /// Where it is, as in `s3://bucket/prefix`; for logs and errors.
  virtual std::string describe() const = 0;
};

}  // namespace streams::objects
