// A register that says over gRPC what the test has told it to, and what it was asked.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/rpc.h"
#include "proto/base/time.h"
#include "signboard/v1/register.grpc.pb.h"

namespace signboard::gateway {

class ScriptedRegister final : public v1::Register::CallbackService {
 public:
  explicit ScriptedRegister(boost::asio::any_io_executor executor)
      : executor_(std::move(executor)) {}

  std::vector<v1::Announcement> announcements;  // Newest first.
  std::vector<v1::Centre> centres;
  std::vector<v1::AnnouncementEvent> events;  // Given to a watcher, then silence.
  v1::ListAnnouncementsRequest asked;  // The last list.
  v1::ListCentresRequest asked_centres;
  v1::CurateRequest asked_curate;
  std::optional<Status> refuses_curate;  // Else it does what it is asked.
  std::vector<v1::Curation> curations;   // Newest first, of whatever announcement.

  grpc::ServerWriteReactor<v1::Announcement>* ListAnnouncements(
      grpc::CallbackServerContext* context, const v1::ListAnnouncementsRequest* request) override {
    asked = *request;
    return Give<v1::Announcement>(context, After(announcements, *request));
  }
  grpc::ServerWriteReactor<v1::Centre>* ListCentres(
      grpc::CallbackServerContext* context, const v1::ListCentresRequest* request) override {
    asked_centres = *request;
    return Give<v1::Centre>(context, After(centres, *request));
  }
  grpc::ServerWriteReactor<v1::AnnouncementEvent>* WatchAnnouncements(
      grpc::CallbackServerContext* context, const v1::WatchAnnouncementsRequest* request) override {
    std::vector<v1::AnnouncementEvent> after;
    for (const v1::AnnouncementEvent& event : events)
      if (event.sequence() > request->after_sequence()) after.push_back(event);
    return base::ServeWrites<v1::AnnouncementEvent>(
        context, executor_,
        [after](base::ServerWriter<v1::AnnouncementEvent>* stream) {
          return WriteAndWait(stream, after);
        });
  }
  grpc::ServerUnaryReactor* GetAnnouncement(grpc::CallbackServerContext* context,
                                            const v1::GetAnnouncementRequest* request,
                                            v1::Announcement* reply) override {
    return base::ServeUnary(context, executor_, [this, request, reply] {
      return Find(&announcements, request->id(), reply);
    });
  }
  grpc::ServerUnaryReactor* CountCentres(grpc::CallbackServerContext* context,
                                         const v1::ListCentresRequest* request,
                                         v1::CountCentresReply* reply) override {
    asked_centres = *request;
    return base::ServeUnary(
        context, executor_, [this, reply]() -> boost::asio::awaitable<Status> {
          reply->set_count(centres.size());
          for (const v1::Centre& centre : centres) ++(*reply->mutable_by_level())[centre.level()];
          co_return OkStatus();
        });
  }
  grpc::ServerUnaryReactor* Curate(grpc::CallbackServerContext* context,
                                   const v1::CurateRequest* request,
                                   v1::CurateReply* reply) override {
    asked_curate = *request;
    return base::ServeUnary(
        context, executor_, [this, request, reply]() -> boost::asio::awaitable<Status> {
          if (refuses_curate) co_return *refuses_curate;
          reply->mutable_announcement()->set_id(request->id());
          reply->mutable_announcement()->set_state("merged");
          reply->mutable_announcement()->set_merged_into(request->other_id());
          reply->mutable_curation()->set_number(1);
          reply->mutable_curation()->set_action(request->action());
          reply->mutable_curation()->set_who(request->who());
          co_return OkStatus();
        });
  }
  grpc::ServerWriteReactor<v1::Curation>* ListCurations(
      grpc::CallbackServerContext* context, const v1::ListCurationsRequest* request) override {
    std::vector<v1::Curation> page = curations;
    if (page.size() > request->limit()) page.resize(request->limit());
    return Give<v1::Curation>(context, std::move(page));
  }
  grpc::ServerUnaryReactor* GetCentre(grpc::CallbackServerContext* context,
                                      const v1::GetCentreRequest* request,
                                      v1::Centre* reply) override {
    return base::ServeUnary(context, executor_, [this, request, reply] {
      return Find(&centres, request->id(), reply);
    });
  }
  grpc::ServerUnaryReactor* GetRegisterStats(grpc::CallbackServerContext* context,
                                             const v1::GetRegisterStatsRequest*,
                                             v1::RegisterStats* reply) override {
    return base::ServeUnary(
        context, executor_, [this, reply]() -> boost::asio::awaitable<Status> {
          reply->set_announcements(announcements.size());
          if (!events.empty()) reply->set_sequence(events.back().sequence());
          co_return OkStatus();
        });
  }

 private:
  template <class T>
  static boost::asio::awaitable<Status> Find(const std::vector<T>* all, std::string id, T* reply) {
    for (const T& one : *all) {
      if (one.id() != id) continue;
      *reply = one;
      co_return OkStatus();
    }
    co_return base::NotFound("no " + id);
  }

  // The page behind the request's cursor.
  template <class T, class Request>
  static std::vector<T> After(const std::vector<T>& all, const Request& request) {
    std::vector<T> page;
    bool begun = request.cursor().empty();
    for (const T& one : all) {
      if (begun && page.size() < request.limit()) page.push_back(one);
      begun = begun || one.id() == request.cursor();
    }
    return page;
  }

  template <class T>
  grpc::ServerWriteReactor<T>* Give(grpc::CallbackServerContext* context, std::vector<T> page) {
    return base::ServeWrites<T>(
        context, executor_,
        [page = std::move(page)](base::ServerWriter<T>* stream) {
          return WriteAll<T>(stream, page);
        });
  }
  template <class T>
  static boost::asio::awaitable<Status> WriteAll(base::ServerWriter<T>* stream,
                                                 std::vector<T> page) {
    for (const T& one : page) co_await stream->Write(one);
    co_return OkStatus();
  }

  static boost::asio::awaitable<Status> WriteAndWait(
      base::ServerWriter<v1::AnnouncementEvent>* stream,
      std::vector<v1::AnnouncementEvent> given) {
    for (const v1::AnnouncementEvent& event : given) co_await stream->Write(event);
    auto silence = base::WaitFor([](std::shared_ptr<base::Waiter>) {});
    co_await std::move(silence);  // Until the client goes.
    co_return OkStatus();
  }

  const boost::asio::any_io_executor executor_;
};

// The centre that every example of the domain is about: everything a page can say, said.
inline v1::Announcement Jingan() {
  v1::Announcement a;
  a.set_id("a1");
  a.set_state("found");
  a.set_centre_id("c1");
  a.set_first_found_ms(ToMillis(base::ParseRfc3339("2025-11-18T03:04:05Z").value()));
  a.set_independent_source_count(1);
  a.set_sequence(7);
  v1::Finding& f = *a.mutable_merged();
  f.set_is_announcement(true);
  f.set_score(0.97000000001);
  f.set_event("unveiled");
  f.set_unit_type("centre");
  f.set_centre_name_zh("靖安县国际传播中心");
  f.set_centre_name_en("Jing'an International Communication Center");
  f.mutable_place()->set_code("360925");
  f.mutable_place()->set_name_zh("靖安县");
  f.mutable_place()->set_level("county");
  f.mutable_place()->add_parents("360900");
  f.mutable_place()->add_parents("360000");
  f.set_event_date("2025-11-18");
  f.set_event_date_precision("day");
  f.set_event_date_basis("text");
  f.set_lead_organ("靖安县委宣传部");
  f.set_operator_organ("靖安县融媒体中心");
  v1::Claim& countries = *f.add_claims();
  countries.set_metric("countries");
  countries.set_value(70);
  countries.set_raw("70多个国家");
  v1::Claim& reach = *f.add_claims();
  reach.set_metric("reach");
  reach.set_value(30'000'000);
  reach.set_raw("3000万");
  f.set_ordinal_rank(3);
  f.set_ordinal_scope_code("360900");
  f.set_ordinal_raw("全市第三家");
  v1::Quote& quote = *f.add_quotes();
  quote.set_field("lead_organ");
  quote.set_from(20);
  quote.set_to(31);
  quote.set_text("由靖安县委宣传部主管");
  f.add_reasons("name and verb stand together");
  v1::Source& s = *a.add_sources();
  s.set_url("http://jingan.gov.cn/t1.html");
  s.set_snapshot_id("20251118030405678-0a1b2c3d/http://jingan.gov.cn/t1.html");
  s.set_title("靖安县国际传播中心揭牌成立");
  s.set_medium("靖安县融媒体中心");
  s.set_published_ms(ToMillis(base::ParseRfc3339("2025-11-18T01:00:00Z").value()));
  s.set_captured_ms(a.first_found_ms());
  s.set_found_ms(a.first_found_ms());
  s.set_simulated(true);
  *s.mutable_finding() = f;
  return a;
}

}  // namespace signboard::gateway
