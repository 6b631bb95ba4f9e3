#include "proto/net/socket_watch.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <unordered_map>
#include <utility>

namespace signboard::net {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using boost::system::error_code;

class SocketWatch::State : public std::enable_shared_from_this<SocketWatch::State> {
 public:
  State(asio::io_context& io, Ready ready) : io_(io), ready_(std::move(ready)) {}

  void Want(int number, bool read, bool write) {
    const auto known = sockets_.find(number);
    if (!read && !write) {
      if (known == sockets_.end()) return;
      known->second->descriptor.release();
      sockets_.erase(known);
      return;
    }
    std::shared_ptr<Socket> socket;
    if (known == sockets_.end()) {
      socket = std::make_shared<Socket>(io_);
      error_code error;
      socket->descriptor.assign(number, error);
      if (error) return;
      sockets_.emplace(number, socket);
    } else {
      socket = known->second;
    }
    socket->wants_read = read;
    socket->wants_write = write;
    Wait(number, socket);
  }

  void Close() {
    for (const auto& [number, socket] : sockets_) socket->descriptor.release();
    sockets_.clear();
  }

 private:
  struct Socket {
    explicit Socket(asio::io_context& io) : descriptor(io) {}
    stream_descriptor descriptor;
    bool wants_read = false;
    bool wants_write = false;
    bool waits_read = false;
    bool waits_write = false;
  };

  // Waits for whatever the socket wants and does not wait for yet.
  void Wait(int number, const std::shared_ptr<Socket>& socket) {
    if (socket->wants_read && !socket->waits_read) {
      socket->waits_read = true;
      socket->descriptor.async_wait(
          stream_descriptor::wait_read,
          [weak = weak_from_this(), number, socket](error_code error) {
            socket->waits_read = false;
            if (const auto self = weak.lock())
              self->Woken(number, socket, Event::kReadable, error);
          });
    }
    if (socket->wants_write && !socket->waits_write) {
      socket->waits_write = true;
      socket->descriptor.async_wait(
          stream_descriptor::wait_write,
          [weak = weak_from_this(), number, socket](error_code error) {
            socket->waits_write = false;
            if (const auto self = weak.lock())
              self->Woken(number, socket, Event::kWritable, error);
          });
    }
  }

  bool IsCurrent(int number, const std::shared_ptr<Socket>& socket) const {
    const auto found = sockets_.find(number);
    return found != sockets_.end() && found->second == socket;
  }

  void Woken(int number, const std::shared_ptr<Socket>& socket, Event event, error_code error) {
    if (!IsCurrent(number, socket)) return;
    if (!(event == Event::kReadable ? socket->wants_read : socket->wants_write)) return;
    ready_(number, error ? Event::kBroken : event);
    if (!error && IsCurrent(number, socket)) Wait(number, socket);
  }

  asio::io_context& io_;
  const Ready ready_;
  std::unordered_map<int, std::shared_ptr<Socket>> sockets_;
};

SocketWatch::SocketWatch(asio::io_context& io, Ready ready)
    : state_(std::make_shared<State>(io, std::move(ready))) {}

SocketWatch::~SocketWatch() { Close(); }

void SocketWatch::Want(int socket, bool read, bool write) { state_->Want(socket, read, write); }

void SocketWatch::Close() { state_->Close(); }

}  // namespace signboard::net
