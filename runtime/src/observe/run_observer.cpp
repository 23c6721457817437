#include "observe/run_observer.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "observe/datagram_socket.hpp"
#include "observe/dogstatsd.hpp"
#include "observe/health_file.hpp"
#include "observe/http_pages.hpp"
#include "observe/http_server.hpp"
#include "observe/metrics_line.hpp"
#include "observe/metrics_push.hpp"
#include "observe/observed_run.hpp"
#include "observe/prometheus_text.hpp"

namespace streams::runtime {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::seconds kLastSend{2};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

/// Calls something again and again, a fixed time after it has returned.
class Repeat {
 public:
  Repeat(asio::io_context& context, std::chrono::nanoseconds pause, std::function<void()> call)
      : timer_(context), pause_(pause), call_(std::move(call)) {
    wait();
  }
  void stop() { timer_.cancel(); }

 private:
  void wait() {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(pause_));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      call_();
      wait();
    });
  }

  asio::steady_timer timer_;
  const std::chrono::nanoseconds pause_;
  std::function<void()> call_;
};

}  // namespace

class RunObserver::Body {
 public:
  Body(ObserverOptions options, const Plan& plan, const Segment& segment, const RunWindow& window,
       const Clock& clock, Log& log)
      : options_(std::move(options)),
        log_(log),
        common_(common_labels(options_.labels)),
        run_(segment, options_.health, window, clock),
        pages_({.plan = plan,
                .segment = segment,
                .labels = options_.labels,
                .observe = [this] { return run_.observe(); },
                .earlier = [this]() -> const Observation& { return run_.earlier(); },
                .config = options_.config,
                .taps = options_.taps}) {}

  ~Body() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] { end(); });
    thread_.join();
  }

  absl::Status start() {
    if (options_.http) {
      auto server = HttpServer::listen(context_, *options_.http,
                                       [this](const HttpRequest& request) { return pages_.answer(request); });
      if (!server.ok()) return server.status();
      server_ = *std::move(server);
      url_ = server_->url();
    }
    if (absl::Status status = start_metrics(); !status.ok()) return status;
    if (!server_ && !options_.health_file && repeats_.empty()) return absl::OkStatus();
    repeat(kTick, [this] { tick(); });
    if (!url_.empty()) log_.info(fmt::format("http: listening on {}", url_));
    thread_ = std::thread([this] { context_.run(); });
    return absl::OkStatus();
  }

  const std::string& url() const { return url_; }

 private:
  void repeat(std::chrono::nanoseconds pause, std::function<void()> call) {
    repeats_.push_back(std::make_unique<Repeat>(context_, pause, std::move(call)));
  }

  absl::Status start_metrics() {
    const MetricsConfig& metrics = options_.metrics;
    switch (metrics.type) {
      case MetricsType::kDummy:
        return absl::OkStatus();
      case MetricsType::kLog:
        logged_ = run_.observe();
        repeat(metrics.period, [this] { write_line(); });
        return absl::OkStatus();
      case MetricsType::kDatadog: {
        auto socket = metrics.socket_path
                          ? DatagramSocket::unix_path(*metrics.socket_path, metrics.udp_queue_size)
                          : DatagramSocket::udp(metrics.host, static_cast<std::uint16_t>(metrics.port),
                                                metrics.udp_queue_size);
        if (!socket.ok()) return socket.status();
        socket_.emplace(*std::move(socket));
        repeat(metrics.flush_interval, [this] { send_packets(); });
        return absl::OkStatus();
      }
      case MetricsType::kPrometheus:
        return start_prometheus();
    }
    return absl::OkStatus();
  }

  absl::Status start_prometheus() {
    const MetricsConfig& metrics = options_.metrics;
    if (!metrics.push_url) {
      if (!options_.http) {
        log_.warning(
            "metrics.type is prometheus, and nobody can read /metrics without --http or metrics.push");
      }
      return absl::OkStatus();
    }
    auto url = parse_push_url(*metrics.push_url);
    if (!url) return absl::InvalidArgumentError("metrics.push.url is no http:// address");
    if (url->path.empty()) {
      url->path = push_path(options_.labels.pipeline, options_.labels.segment, host_name());
    }
    push_.emplace(context_, *std::move(url), metrics.push_method);
    repeat(metrics.push_interval, [this] { push([] {}); });
    return absl::OkStatus();
  }

  void tick() {
    const Observation& now = run_.tick();
    if (!options_.health_file || !now.health.healthy()) return;
    const absl::Status status = touch(*options_.health_file);
    if (!status.ok() && !std::exchange(file_fails_, true)) log_.warning(std::string(status.message()));
    if (status.ok() && std::exchange(file_fails_, false)) log_.info("the health file can be written again");
  }

  void write_line() {
    Observation now = run_.observe();
    log_.info(metrics_line(*logged_, now, common_));
    logged_ = std::move(now);
  }

  void send_packets() {
    // While the agent is away nothing new is made: the counters keep what it misses.
    if (socket_->waiting() > 0) socket_->send({});
    if (socket_->waiting() > 0) return agent_is_away(true);
    std::vector<Sample> now = measure(run_.observe());
    socket_->send(
        dogstatsd_packets(since(sent_, now), common_, socket_->is_unix() ? kUnixPacket : kUdpPacket));
    sent_ = std::move(now);
    agent_is_away(socket_->waiting() > 0);
  }

  void agent_is_away(bool away) {
    if (away == std::exchange(agent_away_, away)) return;
    if (away) {
      log_.warning("metrics: the agent takes no packets; they wait for it");
    } else {
      log_.info("metrics: the agent takes packets again");
    }
  }

  void push(std::function<void()> done) {
    std::string text = prometheus_text(measure(run_.observe()), common_);
    const bool begun =
        push_->send(std::move(text), kPrometheusContentType, [this, done](const PushResult& result) {
          report(result);
          done();
        });
    if (!begun) done();
  }

  void report(const PushResult& result) {
    const bool fails = result.failed > 0;
    if (fails == std::exchange(push_fails_, fails)) return;
    if (fails) {
      log_.warning(fmt::format("metrics: {} of {} addresses did not take what was pushed; {}", result.failed,
                               result.failed + result.sent, result.first_failure));
    } else {
      log_.info("metrics: pushing works again");
    }
  }

  /// The last measurements, then the end of the thread.
  void end() {
    server_.reset();
    for (const auto& each : repeats_) each->stop();
    if (logged_) write_line();
    if (socket_) send_packets();
    if (!push_) return context_.stop();
    last_.expires_after(kLastSend);
    last_.async_wait([this](const boost::system::error_code&) { context_.stop(); });
    push([this] { context_.stop(); });
  }

  const ObserverOptions options_;
  Log& log_;
  const Labels common_;
  asio::io_context context_{1};
  ObservedRun run_;
  HttpPages pages_;
  std::unique_ptr<HttpServer> server_;
  std::string url_;
  std::optional<Observation> logged_;
  std::optional<DatagramSocket> socket_;
  std::vector<Sample> sent_;
  std::optional<MetricsPush> push_;
  bool file_fails_ = false;
  bool agent_away_ = false;
  bool push_fails_ = false;
  asio::steady_timer last_{context_};
  std::vector<std::unique_ptr<Repeat>> repeats_;
  std::thread thread_;
};

RunObserver::RunObserver(std::unique_ptr<Body> body) : body_(std::move(body)) {}
RunObserver::~RunObserver() = default;

std::string RunObserver::url() const {
  return body_->url();
}

absl::StatusOr<std::unique_ptr<RunObserver>> RunObserver::start(ObserverOptions options, const Plan& plan,
                                                                const Segment& segment,
                                                                const RunWindow& window, const Clock& clock,
                                                                Log& log) {
  auto body = std::make_unique<Body>(std::move(options), plan, segment, window, clock, log);
  if (absl::Status status = body->start(); !status.ok()) return status;
  return std::unique_ptr<RunObserver>(new RunObserver(std::move(body)));
}

}  // namespace streams::runtime
