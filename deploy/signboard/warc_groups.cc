#include "deploy/signboard/warc_groups.h"

#include <algorithm>
#include <utility>

#include "deploy/signboard/capture_facts.h"
#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::cli {
namespace {

constexpr size_t kHeadBytesMax = warc::kHttpHeadBytesMax;
constexpr size_t kRequestBytesMax = size_t{256} << 10;
constexpr size_t kMetadataBytesMax = size_t{1} << 20;
constexpr size_t kRenderedBytesMax = size_t{10} << 20;

bool Names(const warc::RecordHeader& header, std::string_view id) {
  if (id.empty()) return false;
  for (const auto& [name, value] : header.fields) {
    const bool refers = base::EqualsIgnoreCaseAscii(name, "WARC-Concurrent-To") ||
                        base::EqualsIgnoreCaseAscii(name, "WARC-Refers-To");
    if (refers && value.find(id) != std::string::npos) return true;
  }
  return false;
}

bool AreOfOneCapture(const warc::RecordHeader& a, const warc::RecordHeader& b) {
  if (Names(a, b.id()) || Names(b, a.id())) return true;
  return a.target_uri() == b.target_uri() && a.Field("WARC-Date") == b.Field("WARC-Date");
}

}  // namespace

void WarcGroups::Say(Item::Kind kind, uint64_t offset, std::string why) {
  Item item;
  item.kind = kind;
  item.offset = offset;
  item.why = std::move(why);
  ready_.push_back(std::move(item));
}

void WarcGroups::Release() {
  if (!pending_) return;
  Item item;
  item.kind = Item::kCapture;
  item.offset = pending_->offset;
  item.brought = std::move(*pending_);
  pending_.reset();
  ready_.push_back(std::move(item));
}

bool WarcGroups::Belongs(const warc::RecordHeader& header) const {
  return pending_ && AreOfOneCapture(header, pending_->header);
}

// Of the block as much as is taken in; the rest is passed over.
void WarcGroups::TakeMain(warc::Reader::Item item, Brought::Kind kind) {
  Release();
  Brought brought;
  brought.kind = kind;
  brought.offset = item.offset;
  brought.url = item.header.target_uri();
  const auto date = item.header.Date();
  if (!date.ok())
    return Say(Item::kProblem, item.offset, std::string(base::Message(date.status())));
  const auto url = base::Url::Parse(brought.url);
  if (!url.ok())
    return Say(Item::kProblem, item.offset, "its WARC-Target-URI is no URL: " +
                                                std::string(base::Message(url.status())));
  if (!url->is_http()) return Say(Item::kLeftAside, item.offset, std::string(url->scheme()) + ":");
  brought.date = *date;
  constexpr size_t kMost = kBroughtBytesMax + kHeadBytesMax;
  brought.cut = item.header.block_bytes > kMost;
  while (brought.block.size() < kMost) {
    const size_t at = brought.block.size();
    brought.block.resize(std::min(kMost, at + (size_t{256} << 10)));
    auto count = reader_.Read(brought.block.data() + at, brought.block.size() - at);
    brought.block.resize(at + (count.ok() ? *count : 0));
    if (!count.ok())
      return Say(Item::kProblem, item.offset, std::string(base::Message(count.status())));
    if (*count == 0) break;
  }
  if (request_ && AreOfOneCapture(request_->header, item.header))
    brought.request = std::move(request_->head);
  request_.reset();
  brought.header = std::move(item.header);
  pending_ = std::move(brought);
}

// nullopt: it is damaged, which is told of, or too large to mean anything here.
std::optional<std::string> WarcGroups::ReadBeside(const warc::Reader::Item& item,
                                                  size_t bytes_max) {
  auto block = reader_.ReadBlock(bytes_max);
  if (block.ok()) return std::move(*block);
  if (block.status().code() != StatusCode::kResourceExhausted)
    Say(Item::kProblem, item.offset, std::string(base::Message(block.status())));
  return std::nullopt;
}

void WarcGroups::TakeRequest(const warc::Reader::Item& item) {
  const auto block = ReadBeside(item, kRequestBytesMax);
  auto head = block ? warc::ParseRequestHead(*block) : std::nullopt;
  if (!head) return;
  if (Belongs(item.header)) {
    pending_->request = std::move(*head);
  } else {
    request_ = Request{item.header, std::move(*head)};
  }
}

void WarcGroups::TakeMetadata(const warc::Reader::Item& item) {
  const auto block = ReadBeside(item, kMetadataBytesMax);
  if (!block) return;
  warc::Fields fields = warc::ParseWarcFields(*block);
  if (Belongs(item.header)) {
    for (auto& field : fields) pending_->metadata.push_back(std::move(field));
    return;
  }
  // Of a capture without an answer it is all there is.
  if (!FactsOf(fields)) return;
  TakeMain(item, Brought::Kind::kFacts);
  if (pending_) pending_->metadata = std::move(fields);
}

void WarcGroups::TakeRendered(const warc::Reader::Item& item) {
  if (!Belongs(item.header)) return;
  auto block = ReadBeside(item, kRenderedBytesMax);
  if (block) pending_->rendered = std::move(*block);
}

void WarcGroups::Take(warc::Reader::Item item) {
  const std::string type = item.header.type();
  pending_is_last_ = false;
  if (type == "request") return TakeRequest(item);
  if (type == "metadata") return TakeMetadata(item);
  if (type == "conversion") return TakeRendered(item);
  if (type == "warcinfo") return;
  const bool is_http = item.header.Field("Content-Type").find("application/http") == 0;
  if (type == "response" && !is_http && !item.header.Field("Content-Type").empty() &&
      item.header.target_uri().starts_with("http"))
    return Say(Item::kProblem, item.offset, "its block is no HTTP response");
  if (type == "response" || type == "revisit" || type == "resource") {
    TakeMain(std::move(item), type == "response"  ? Brought::Kind::kResponse
                              : type == "revisit" ? Brought::Kind::kRevisit
                                                  : Brought::Kind::kResource);
    pending_is_last_ = true;
    return;
  }
  Say(Item::kLeftAside, item.offset, type);
}

StatusOr<WarcGroups::Item> WarcGroups::Next() {
  while (ready_.empty() && !ended_) {
    ASSIGN_OR_RETURN(warc::Reader::Item item, reader_.Next());
    if (item.kind == warc::Reader::Item::kRecord) {
      Take(std::move(item));
      continue;
    }
    if (item.kind == warc::Reader::Item::kProblem) {
      // What seemed whole is not.
      if (item.takes_back && pending_is_last_) pending_.reset();
      pending_is_last_ = false;
      Release();
      Say(Item::kProblem, item.offset, std::move(item.problem));
      continue;
    }
    Release();
    ended_ = true;
  }
  if (ready_.empty()) return Item();
  Item item = std::move(ready_.front());
  ready_.pop_front();
  return item;
}

}  // namespace signboard::cli
