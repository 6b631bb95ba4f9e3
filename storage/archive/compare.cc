#include "storage/archive/compare.h"

#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/extract.h"
#include "crawler/extract/page_text.h"
#include "proto/base/text.h"
#include "storage/archive/snapshots.h"
#include "storage/archive/text_diff.h"

namespace signboard::archive {
namespace {

using Edit = v1::CompareReply::Edit;

// Of what is the same so much is told at its beginning and its end.
constexpr size_t kSameBytes = 2'000;

struct Side {
  v1::Snapshot snapshot;
  extract::PageRead page;
  std::string body;
};

StatusOr<Side> Load(Archive& archive, const std::string& id, const char* field) {
  v1::GetRequest request;
  request.set_snapshot_id(id);
  if (id.empty()) return base::InvalidArgument(std::string(field) + ": a snapshot id is needed");
  Side side;
  auto found = archive.Find(request);
  if (!found.ok()) return base::Annotate(found.status(), field);
  side.snapshot = std::move(*found);
  const std::string name = std::string(field) + ": " + base::EscapeTerminal(id);
  if (!HasBody(side.snapshot)) return base::FailedPrecondition(name + " has no body");
  if (side.snapshot.body_bytes() > kCompareBytesMax)
    return base::FailedPrecondition(name + " is too large to compare");
  const bool rendered = HasRendered(side.snapshot);
  ASSIGN_OR_RETURN(side.body, archive.ReadBody(side.snapshot, rendered ? v1::GetRequest::RENDERED
                                                                       : v1::GetRequest::DECODED));
  ASSIGN_OR_RETURN(const base::Url url, base::Url::Parse(side.snapshot.url()));
  const std::string_view type =
      rendered ? extract::kRenderedType : std::string_view(side.snapshot.content_type());
  side.page = extract::ExtractFromBody(side.body, type, url);
  if (side.page.kind == decode::BodyKind::kOther)
    return base::FailedPrecondition(name + " is no page of text");
  return side;
}

std::string TextOf(const Side& side) {
  const extract::Extracted& found = side.page.extracted;
  const std::string& title = found.facts.title;
  if (title.empty() || found.main_text.starts_with(title)) return found.main_text;
  return title + "\n" + found.main_text;
}

// Long runs of what is the same are cut in their middle.
void Shorten(v1::CompareReply* reply) {
  google::protobuf::RepeatedPtrField<Edit> edits;
  edits.Swap(reply->mutable_edits());
  size_t bytes = 0;
  for (Edit& edit : edits) {
    const std::string& text = edit.text();
    Edit rest;
    if (edit.kind() == Edit::SAME && text.size() > 3 * kSameBytes) {
      const size_t head = extract::CutAtCharacter(text, kSameBytes).size();
      const size_t tail = extract::CutAtCharacter(text, text.size() - kSameBytes).size();
      rest.set_kind(Edit::SAME);
      rest.set_text(text.substr(tail));
      rest.set_left_out(static_cast<uint32_t>(
          base::CountCodePoints(std::string_view(text).substr(head, tail - head))));
      edit.mutable_text()->resize(head);
    }
    for (Edit* one : {&edit, &rest}) {
      if (one->kind() == Edit::KIND_UNSPECIFIED) continue;
      bytes += one->ByteSizeLong() + 8;
      if (bytes > kCompareReplyBytesMax) {
        reply->set_cut(true);
        return;
      }
      reply->add_edits()->Swap(one);
    }
  }
}

}  // namespace

StatusOr<v1::CompareReply> Compare(Archive& archive, const v1::CompareRequest& request) {
  ASSIGN_OR_RETURN(Side from, Load(archive, request.from_id(), "from_id"));
  ASSIGN_OR_RETURN(Side to, Load(archive, request.to_id(), "to_id"));
  v1::CompareReply reply;
  switch (request.view()) {
    case v1::CompareRequest::LINKS:
      DiffLinks(from.page.extracted.links.links, to.page.extracted.links.links, &reply);
      break;
    case v1::CompareRequest::SOURCE:
      DiffTexts(from.page.text.utf8, to.page.text.utf8, TextUnit::kLine, &reply);
      break;
    default:
      DiffTexts(TextOf(from), TextOf(to), TextUnit::kSentence, &reply);
  }
  Shorten(&reply);
  *reply.mutable_from() = std::move(from.snapshot);
  *reply.mutable_to() = std::move(to.snapshot);
  return reply;
}

}  // namespace signboard::archive
