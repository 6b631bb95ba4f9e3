#include "proto/base/rpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <mutex>

#include "proto/base/text.h"

namespace signboard::base {
namespace {

struct HostPort {
  std::string host;  // Without brackets; empty: every address.
  uint16_t port = 0;
};

StatusOr<HostPort> ParseAddress(std::string_view address) {
  const std::string shown = "\"" + EscapeTerminal(address.substr(0, 256)) + "\"";
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) {
    return InvalidArgument("listen address " + shown + " has no port: write host:port");
  }
  HostPort parsed;
  std::string_view host = address.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos) {
    return InvalidArgument("listen address " + shown + ": write IPv6 as [address]:port");
  }
  parsed.host = host;
  const std::string_view port = address.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parsed.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) {
    return InvalidArgument("listen address " + shown + ": the port must be 0 to 65535");
  }
  return parsed;
}

// gRPC does not say why an address cannot be had; asking the system once more does.
std::string WhyNot(const HostPort& address) {
  namespace ip = boost::asio::ip;
  boost::asio::io_context context;
  boost::system::error_code error;
  ip::tcp::resolver resolver(context);
  const auto flags = ip::tcp::resolver::passive | ip::tcp::resolver::numeric_service;
  const auto found = resolver.resolve(address.host, std::to_string(address.port), flags, error);
  if (error) return error.message();
  for (const auto& entry : found) {
    ip::tcp::acceptor acceptor(context);
    acceptor.open(entry.endpoint().protocol(), error);
    if (!error) acceptor.set_option(ip::tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(entry.endpoint(), error);
    if (!error) acceptor.listen(1, error);
    if (error) return error.message();
  }
  return "the address cannot be had";
}

void SetUpPluginsOnce() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

}  // namespace

StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const Options& options) {
  ASSIGN_OR_RETURN(const HostPort address, ParseAddress(options.address));
  SetUpPluginsOnce();
  grpc::ServerBuilder builder;
  int port = 0;
  const std::string listen = address.host.empty() ? "0.0.0.0" + options.address : options.address;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(kRpcMessageBytesMax);
  builder.SetMaxSendMessageSize(kRpcMessageBytesMax);
  // Two servers on one port would share its calls in silence.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Clients ping every 20 s (Connect), also while they have no call; gRPC's default forbids that.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  for (grpc::Service* service : options.services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server || port == 0) {
    return Unavailable("cannot listen on " + options.address + ": " + WhyNot(address));
  }
  std::unique_ptr<RpcServer> made(new RpcServer(std::move(server), port));
  made->SetServing(true);
  return made;
}

RpcServer::RpcServer(std::unique_ptr<grpc::Server> server, int port)
    : server_(std::move(server)), port_(port) {}

RpcServer::~RpcServer() { Stop(Millis(0)); }

void RpcServer::SetServing(bool serving) {
  if (auto* health = server_->GetHealthCheckService()) health->SetServingStatus(serving);
}

void RpcServer::Stop(Millis grace) {
  if (auto* health = server_->GetHealthCheckService()) health->Shutdown();
  server_->Shutdown(std::chrono::system_clock::now() + grace);
  server_->Wait();
}

}  // namespace signboard::base
