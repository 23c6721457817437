#include "support/kafka_broker.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace streams::tests {
namespace {

using namespace std::chrono_literals;

const char* script() {
  return STREAMS_KAFKA_BROKER_SCRIPT;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

bool can_listen(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                    ::listen(socket, 1) == 0;
  ::close(socket);
  return free;
}

/// Runs the script with the arguments, output into `output`, and returns its process id.
pid_t spawn(const std::vector<std::string>& arguments, const std::string& output) {
  std::vector<char*> argv;
  std::string name = script();
  argv.push_back(name.data());
  std::vector<std::string> copies = arguments;
  for (std::string& copy : copies) argv.push_back(copy.data());
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::setpgid(0, 0);
    const int file = ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, 0);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  return pid;
}

std::string end_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  std::string all = text.str();
  constexpr std::size_t kShown = 4'000;
  return all.size() > kShown ? all.substr(all.size() - kShown) : all;
}

/// The address in the file that ctest's set-up test wrote; empty when there is none that answers.
std::string bootstrap_of_ctest() {
  std::ifstream file(environment("STREAMS_TEST_BOOTSTRAP_FILE"));
  std::string address;
  std::getline(file, address);
  if (!address.empty() && !KafkaClient(address).wait_until_ready(5s)) address.clear();
  return address;
}

}  // namespace

KafkaBroker::KafkaBroker(std::vector<std::string> settings)
    : settings_(std::move(settings)), port_(free_port()), controller_port_(free_port()) {
  while (controller_port_ == port_) controller_port_ = free_port();
  std::string name = (std::filesystem::temp_directory_path() / "streams-kafka.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
  folder_ = name;
  bootstrap_ = "127.0.0.1:" + std::to_string(port_);
  client_ = std::make_unique<KafkaClient>(bootstrap_);
  try {
    start();
  } catch (...) {
    std::filesystem::remove_all(folder_);
    throw;
  }
}

KafkaBroker::KafkaBroker(External external)
    : bootstrap_(std::move(external.bootstrap)), client_(std::make_unique<KafkaClient>(bootstrap_)) {
  if (!client_->wait_until_ready(20s))
    throw std::runtime_error("the broker at " + bootstrap_ + " does not answer");
}

KafkaBroker::~KafkaBroker() {
  if (folder_.empty()) return;
  // Nobody will look at the data again, so there is no need to wait for an orderly end.
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string KafkaBroker::missing() {
  std::string reason;
  FILE* pipe = ::popen((std::string("'") + script() + "' check").c_str(), "r");
  if (pipe == nullptr) return "cannot run " + std::string(script());
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c != '\n') reason.push_back(static_cast<char>(c));
  }
  const int status = ::pclose(pipe);
  if (status != 0 && reason.empty()) reason = std::string(script()) + " check failed";
  return reason;
}

std::string KafkaBroker::shared_missing() {
  if (!environment("STREAMS_TEST_BOOTSTRAP").empty()) return {};
  return missing();
}

KafkaBroker& KafkaBroker::shared() {
  static const std::unique_ptr<KafkaBroker> broker = [] {
    std::string address = environment("STREAMS_TEST_BOOTSTRAP");
    if (address.empty()) address = bootstrap_of_ctest();
    if (address.empty()) return std::make_unique<KafkaBroker>();
    return std::unique_ptr<KafkaBroker>(new KafkaBroker(External{address}));
  }();
  return *broker;
}

void KafkaBroker::start() {
  if (folder_.empty() || running()) return;
  std::vector<std::string> arguments{"run", folder_.string(), std::to_string(port_),
                                     std::to_string(controller_port_)};
  arguments.insert(arguments.end(), settings_.begin(), settings_.end());
  const std::filesystem::path log = folder_ / "broker.log";
  pid_ = spawn(arguments, log.string());
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!client_->wait_until_ready(200ms)) {
    const bool ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (ended) pid_ = -1;
    if (ended || std::chrono::steady_clock::now() > deadline) {
      kill();
      throw std::runtime_error("the Kafka broker at " + bootstrap_ + " did not start. The end of its log:\n" +
                               end_of_file(log));
    }
  }
}

void KafkaBroker::stop() {
  end(SIGTERM);
}

void KafkaBroker::kill() {
  end(SIGKILL);
}

void KafkaBroker::end(int signal) {
  if (!running()) return;
  ::kill(pid_, signal);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(5ms);
  }
  pid_ = -1;
}

int free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(20'000, 32'000);
  for (int attempt = 0; attempt < 1'000; ++attempt) {
    const int port = ports(random);
    if (can_listen(port)) return port;
  }
  throw std::runtime_error("no free port between 20000 and 32000 on 127.0.0.1");
}

std::string unique_name(const std::string& prefix) {
  static std::atomic<int> count{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch() / 1us;
  return prefix + "-" + std::to_string(::getpid()) + "-" + std::to_string(now) + "-" +
         std::to_string(count++);
}

}  // namespace streams::tests
