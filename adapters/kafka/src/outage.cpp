#include "outage.hpp"

#include <fmt/format.h>

namespace streams::kafka {

void Outage::begin(std::string_view reason) {
  if (lasts_) return;
  lasts_ = true;
  log_.warning(fmt::format("{}: the cluster cannot be reached, waiting for it: {}", client_, reason));
}

void Outage::end() {
  if (!lasts_) return;
  lasts_ = false;
  log_.info(fmt::format("{}: the cluster answers again", client_));
}

}  // namespace streams::kafka
