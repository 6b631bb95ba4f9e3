#include "deploy/signboard/place_codes.h"

#include "proto/base/rpc_status.h"
#include "proto/base/url.h"

namespace signboard::cli {

Status PlaceCodes::Load(const Context& context) {
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  grpc::ClientContext call;
  RETURN_IF_ERROR(context.Prepare(&call));
  const auto reader = stub->ListSeeds(&call, v1::ListSeedsRequest());
  v1::Seed seed;
  while (reader->Read(&seed)) {
    const auto url = base::Url::Parse(seed.url());
    if (seed.code().empty() || !url.ok()) continue;
    by_host_[std::string(url->host())] = {seed.code(), seed.scope().subdomains()};
  }
  return base::FromGrpc(reader->Finish());
}

std::string PlaceCodes::Of(const std::string& url) const {
  const auto parsed = base::Url::Parse(url);
  if (!parsed.ok()) return {};
  std::string host(parsed->host());
  const auto exact = by_host_.find(host);
  if (exact != by_host_.end()) return exact->second.code;
  for (size_t dot = host.find('.'); dot != std::string::npos; dot = host.find('.')) {
    host.erase(0, dot + 1);
    const auto parent = by_host_.find(host);
    if (parent != by_host_.end() && parent->second.subdomains) return parent->second.code;
  }
  return {};
}

}  // namespace signboard::cli
