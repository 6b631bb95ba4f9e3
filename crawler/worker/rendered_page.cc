#include "crawler/worker/rendered_page.h"

#include <utility>

#include "proto/base/span.h"
#include "proto/base/text.h"

namespace signboard::worker {
namespace {

void SetRendered(const render::Rendered& from, v1::RenderedFacts* facts) {
  facts->set_engine(base::ToValidUtf8(from.engine));
  facts->set_truncated(from.truncated);
  facts->set_requests_made(from.requests_made);
  facts->set_requests_refused(from.requests_refused);
  *facts->mutable_elapsed() = base::ToProto(from.elapsed);
  facts->set_detail(base::ToValidUtf8(from.detail));
}

}  // namespace

boost::asio::awaitable<void> RenderPage(const Services* services, const v1::Lease* lease,
                                        const ReadLimits* limits, Millis most, PageRead* page) {
  if (services->renderer == nullptr || !page->needs_rendering) co_return;
  v1::Snapshot* snapshot = page->capture.header.mutable_snapshot();
  render::RenderRequest request;
  request.url = lease->url();
  request.body = page->capture.decoded;
  request.content_type = snapshot->content_type();
  auto rendering = services->renderer->Render(std::move(request), most);
  render::Rendered rendered = co_await std::move(rendering);
  SetRendered(rendered, snapshot->mutable_rendered());
  if (!rendered.ok) {
    const v1::PageState& last = lease->last();
    if (last.rendered()) {
      snapshot->mutable_page()->set_fingerprint(last.fingerprint());
      page->refined_fingerprint = last.refined_fingerprint();
    }
    co_return;
  }
  const PageOrigin origin{lease->url(), lease->place_code(), services->templates.get()};
  auto read = base::OnPool(*services->pool, [&origin, &rendered, limits, page] {
    ReadRendered(origin, std::move(rendered.document), *limits, page);
  });
  co_await std::move(read);
}

}  // namespace signboard::worker
