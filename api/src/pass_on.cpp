#include <streams/step/pass_on.hpp>

namespace streams::detail {
namespace {

class PassOn final : public Operator {
 public:
  void process(Envelope& envelope, void* payload) override { emit(envelope, payload); }
};

}  // namespace

std::unique_ptr<Operator> make_pass_on() {
  return std::make_unique<PassOn>();
}

}  // namespace streams::detail
