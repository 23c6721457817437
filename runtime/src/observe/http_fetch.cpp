#include "observe/http_fetch.hpp"

#include <csignal>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>

#include "observe/http_exchange.hpp"
#include "observe/http_message.hpp"

namespace streams::runtime {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::string host_text(const HttpAddress& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}:{}", is_v6 ? fmt::format("[{}]", address.host) : address.host, address.port);
}

/// Begins the call, and says what is wrong in words with the place.
void begin(asio::io_context& context, const HttpAddress& address, HttpCall call,
           std::function<void(absl::StatusOr<HttpAnswer>)> done) {
  const std::string where = fmt::format("http://{}{}", host_text(address), call.target);
  const auto failed = [&where](std::string_view why) {
    return absl::UnavailableError(fmt::format("{}: {}", where, why));
  };
  error_code error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), error);
  if (error) return done(failed(error.message()));
  call.host = host_text(address);
  http_exchange(
      context, {found.begin(), found.end()}, std::make_shared<const HttpCall>(std::move(call)),
      [where, done = std::move(done)](absl::StatusOr<HttpAnswer> answer) {
        if (!answer.ok()) {
          done(absl::UnavailableError(fmt::format("{}: {}", where, std::string(answer.status().message()))));
        } else if (answer->status != 200) {
          const std::string said = http_error_text(answer->body);
          done(absl::FailedPreconditionError(fmt::format("{}: the answer is {}{}{}", where, answer->status,
                                                         said.empty() ? "" : ": ", said)));
        } else {
          done(std::move(answer));
        }
      });
}

}  // namespace

absl::StatusOr<std::string> http_fetch(const HttpAddress& address, const std::string& target,
                                       FetchLimits limits) {
  asio::io_context context(1);
  absl::StatusOr<HttpAnswer> answer;
  begin(context, address, {.target = target, .timeout = limits.timeout, .body_bytes = limits.body_bytes},
        [&answer](absl::StatusOr<HttpAnswer> result) { answer = std::move(result); });
  context.run();
  if (!answer.ok()) return answer.status();
  return std::move(answer->body);
}

absl::Status http_follow(const HttpAddress& address, const std::string& target,
                         std::function<void(std::string_view)> part, std::chrono::milliseconds silence) {
  asio::io_context context(1);
  asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&context](const error_code& error, int) {
    if (!error) context.stop();
  });
  absl::Status status;
  begin(context, address, {.target = target, .timeout = silence, .part = std::move(part)},
        [&](const absl::StatusOr<HttpAnswer>& answer) {
          status = answer.status();
          context.stop();
        });
  context.run();
  return status;
}

}  // namespace streams::runtime
