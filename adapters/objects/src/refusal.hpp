#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attempts.hpp"
#include "http_client.hpp"

namespace streams::objects {

/// What a store adds to an answer that is no success.
struct RefusalHints {
  std::string action;                ///< `PUT http://host/bucket/name`
  std::string said;                  ///< what the server said, in its words
  std::string mend;                  ///< how to mend it; empty: what follows from the status
  bool transient = false;            ///< although its status says otherwise
  std::vector<std::string> secrets;  ///< never shown, wherever they stand
};

/// Reads an answer: 2xx is success; 408, 429, 5xx and what broke the connection is transient; all else is a refusal.
Attempt attempt_of(const HttpReply& reply, const RefusalHints& hints);

}  // namespace streams::objects
