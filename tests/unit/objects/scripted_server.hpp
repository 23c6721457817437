#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace streams::objects {

/// A request as it came; header names in lower case.
struct SeenRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;
  std::string body;
};

/// What the server does with one request.
struct Scene {
  enum class Act {
    answer,
    stay_silent,            ///< reads it and never answers
    hang_up,                ///< reads it and closes without an answer
    hang_up_in_the_middle,  ///< closes when the first of the body has come
  };
  int status = 200;
  std::string body{};
  std::map<std::string, std::string> headers{};
  Act act = Act::answer;
};

/// An HTTP server on a port of its own that plays scenes, one for each request, and then answers 200.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::deque<Scene> scenes = {});
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string address() const;  ///< `127.0.0.1:port`
  std::string url() const { return "http://" + address(); }
  /// Those that came whole, hung up on or not.
  std::vector<SeenRequest> seen() const;

 private:
  void serve();
  void serve_connection(boost::asio::ip::tcp::socket& socket);
  Scene next_scene();

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  mutable std::mutex mutex_;
  std::deque<Scene> scenes_;
  std::vector<SeenRequest> seen_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace streams::objects
