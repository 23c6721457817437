#include "unit/objects/scripted_server.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace streams::objects {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

ScriptedServer::ScriptedServer(std::deque<Scene> scenes)
    : acceptor_(io_, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)),
      scenes_(std::move(scenes)),
      thread_([this] { serve(); }) {}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  // Wakes the accept.
  boost::system::error_code ignored;
  boost::asio::io_context io;
  tcp::socket knock(io);
  knock.connect(acceptor_.local_endpoint(), ignored);
  thread_.join();
}

std::string ScriptedServer::address() const {
  return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

std::vector<SeenRequest> ScriptedServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

Scene ScriptedServer::next_scene() {
  const std::lock_guard lock(mutex_);
  if (scenes_.empty()) return {};
  Scene scene = std::move(scenes_.front());
  scenes_.pop_front();
  return scene;
}

void ScriptedServer::serve() {
  // Each connection has a thread, so that one that stays silent holds up nobody.
  std::vector<std::thread> connections;
  for (;;) {
    auto socket = std::make_shared<tcp::socket>(io_);
    boost::system::error_code failed;
    acceptor_.accept(*socket, failed);
    {
      const std::lock_guard lock(mutex_);
      if (ending_ || failed) break;
    }
    connections.emplace_back([this, socket] { serve_connection(*socket); });
  }
  for (std::thread& connection : connections) connection.join();
}

void ScriptedServer::serve_connection(tcp::socket& socket) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code failed;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(std::uint64_t{1} << 30);
    http::read_header(socket, buffer, parser, failed);
    if (failed) return;
    const Scene scene = next_scene();
    if (scene.act == Scene::Act::hang_up_in_the_middle) {
      http::read_some(socket, buffer, parser, failed);
      return;
    }
    http::read(socket, buffer, parser, failed);
    if (failed) return;
    SeenRequest request;
    request.method = std::string(parser.get().method_string());
    request.target = std::string(parser.get().target());
    for (const auto& field : parser.get()) {
      request.headers[lower(std::string(field.name_string()))] = std::string(field.value());
    }
    request.body = parser.get().body();
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(std::move(request));
    }
    if (scene.act == Scene::Act::hang_up) return;
    if (scene.act == Scene::Act::stay_silent) {
      // Until the client goes.
      char byte = 0;
      socket.read_some(boost::asio::buffer(&byte, 1), failed);
      return;
    }
    http::response<http::string_body> reply(static_cast<http::status>(scene.status), 11);
    for (const auto& [name, value] : scene.headers) reply.set(name, value);
    reply.body() = scene.body;
    reply.prepare_payload();
    http::write(socket, reply, failed);
    if (failed) return;
  }
}

}  // namespace streams::objects
