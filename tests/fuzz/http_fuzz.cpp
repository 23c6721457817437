#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "fuzz/check.hpp"
#include "observe/http_address.hpp"
#include "observe/http_message.hpp"
#include "observe/http_pages.hpp"
#include "observe/http_server.hpp"
#include "observe/push_url.hpp"
#include "observe/tap.hpp"
#include "unit/observe/run_story.hpp"

// Whatever a client sends, the HTTP port answers with HTTP or not at all, and is there for the next one.

namespace {

using namespace streams::runtime;
using boost::asio::ip::tcp;

/// The pages of a run that may be tapped.
class Pages {
 public:
  Pages()
      : earlier_(run_.observation()),
        pages_({.plan = run_.plan,
                .segment = run_.plan.segments.front(),
                .labels = {"story", "0", {}},
                .observe = [this] { return run_.observation(); },
                .earlier = [this]() -> const Observation& { return earlier_; },
                .config = "pipeline.name = story",
                .taps = &taps_}) {}

  HttpReply answer(const HttpRequest& request) {
    streams_fuzz::check(request.path.find('?') == std::string::npos, "a query is in the path");
    for (const auto& tap : taps_.taps()) tap->put("{}");
    return pages_.answer(request);
  }
  bool tapped() const { return !taps_.taps().empty(); }

 private:
  streams::tests::RunStory run_;
  TapBoard taps_;
  const Observation earlier_;
  HttpPages pages_;
};

/// The server and its one thread: this one.
class Scene {
 public:
  Scene() {
    auto listening = HttpServer::listen(
        context_, HttpAddress{}, [this](const HttpRequest& request) { return pages_.answer(request); });
    streams_fuzz::check(listening.ok(), "no port to listen on");
    server_ = *std::move(listening);
    const std::string url = server_->url();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    endpoint_ = {boost::asio::ip::address_v4::loopback(), port};
  }

  void send(std::string_view text) {
    boost::system::error_code error;
    tcp::socket client(context_);
    client.connect(endpoint_, error);
    // libFuzzer's own alarm may come in between.
    if (error == boost::asio::error::interrupted) return;
    streams_fuzz::check(!error, "the server takes no connection: " + error.message());
    // With a reset in the place of an orderly end no port is kept for a minute.
    client.set_option(boost::asio::socket_base::linger(true, 0), error);
    client.non_blocking(true, error);
    client.write_some(boost::asio::buffer(text), error);
    run();
    std::string reply(4096, '\0');
    const std::size_t size = client.read_some(boost::asio::buffer(reply), error);
    streams_fuzz::check(error || reply.substr(0, size).starts_with("HTTP/1.1 "), "an answer that is no HTTP");
    client.close(error);
    run();
    streams_fuzz::check(!pages_.tapped(), "a tap is left behind by a client that has gone");
  }

 private:
  /// Until nothing is ready any more.
  void run() {
    context_.restart();
    for (int idle = 0; idle < 2; ++idle) {
      while (context_.poll() > 0) idle = 0;
      context_.restart();
    }
  }

  Pages pages_;
  boost::asio::io_context context_;
  std::unique_ptr<HttpServer> server_;
  tcp::endpoint endpoint_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Scene scene;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  scene.send(text);
  (void)parse_http_address(text);
  if (const auto url = parse_push_url(text))
    streams_fuzz::check(!url->host.empty(), "an address without a host");
  return 0;
}
