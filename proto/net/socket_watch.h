// SocketWatch tells a library that owns its sockets (curl, c-ares) when they can be read or
// written. The library says which it waits for; Asio waits.
//
// A descriptor only watches a socket and lets go of it (release) when the library says so: closing
// it stays the library's. A wait that ends after that finds another descriptor, or none, under its
// socket's number and is dropped.
//
// Life:    Ready is not called after Close, nor from within Want.
// Threads: one: everything happens on the io_context's only running thread.
// Errors:  a socket that Asio cannot wait for is not watched; the library's own timeouts end it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

namespace signboard::net {

class SocketWatch {
 public:
  enum class Event { kReadable, kWritable, kBroken };
  using Ready = std::function<void(int socket, Event event)>;

  // `io` must outlive the watch.
  SocketWatch(boost::asio::io_context& io, Ready ready);
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // Until said otherwise. Neither: the socket is forgotten, which must be before it is closed.
  void Want(int socket, bool read, bool write);
  void Close();

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace signboard::net
