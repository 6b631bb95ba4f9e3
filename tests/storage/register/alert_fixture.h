// A register with an AlertBook beside it, and what becomes of its messages.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "storage/register/alert_book.h"
#include "tests/storage/register/register_fixture.h"

namespace signboard::registry {

// The counties that foundings are made up in: code and name.
constexpr const char* kCounties[][2] = {
    {"360922", "万载县"}, {"360923", "上高县"}, {"360924", "宜丰县"}, {"360925", "靖安县"},
    {"360926", "铜鼓县"}, {"360121", "南昌县"}, {"360123", "安义县"}, {"360124", "进贤县"},
    {"360222", "浮梁县"}, {"360321", "莲花县"}};

class AlertTest : public RegisterTest {
 protected:
  void SetUp() override {
    RegisterTest::SetUp();
    OpenBook();
  }
  void TearDown() override {
    book_.reset();
    const Status status = CheckAlerts(*space_);
    EXPECT_TRUE(status.ok()) << base::ToString(status);
    RegisterTest::TearDown();
  }
  // As after a crash.
  void Restart() {
    book_.reset();
    Reopen();
    OpenBook();
  }
  void OpenBook() {
    AlertOptions options;
    options.event_json = event_json_;
    options.takes_mail = [this] { return takes_mail_; };
    auto book = AlertBook::Open(*space_, *register_, clock_, std::move(options));
    ASSERT_TRUE(book.ok()) << base::ToString(book.status());
    book_ = std::move(book).value();
  }

  // None is a longer form of another, which would be one centre.
  static std::string NameOf(int number) {
    const std::string nth = std::to_string(100 + number / 10);
    return std::string(kCounties[number % 10][1]) + "第" + nth + "国际传播中心";
  }
  // Page `page` about the founding of centre `number`.
  void Found(int number, int page = 0) {
    const auto& [code, name] = kCounties[number % 10];
    v1::Finding finding = Jingan();
    finding.set_centre_name_zh(NameOf(number));
    finding.mutable_place()->set_code(code);
    finding.mutable_place()->set_name_zh(name);
    finding.mutable_place()->set_parents(0, std::string(code).substr(0, 4) + "00");
    const std::string url = "http://m" + std::to_string(page) + ".cn/" + std::to_string(number);
    Merge(PageOf(url, ToMillis(clock_.Now())).Says(std::move(finding)).Text("页" + url));
  }
  // The page says it no longer.
  void TakeBack(int number, int page = 0) {
    v1::Finding finding = Jingan();
    const auto& [code, name] = kCounties[number % 10];
    finding.set_is_announcement(false);
    finding.set_centre_name_zh(NameOf(number));
    finding.mutable_place()->set_code(code);
    finding.mutable_place()->set_name_zh(name);
    const std::string url = "http://m" + std::to_string(page) + ".cn/" + std::to_string(number);
    Merge(PageOf(url, ToMillis(clock_.Now())).Says(std::move(finding)).Text("页" + url));
  }

  v1::Subscription Subscribe(v1::Subscription wanted = {}) {
    if (wanted.target().empty()) wanted.set_target("https://hooks.example/a");
    auto put = book_->Put(std::move(wanted));
    EXPECT_TRUE(put.ok()) << base::ToString(put.status());
    return put.ok() ? *put : v1::Subscription();
  }
  v1::Subscription Now(const std::string& id) {
    const auto all = book_->List().value();
    for (const v1::Subscription& one : all)
      if (one.id() == id) return one;
    ADD_FAILURE() << "no subscription " << id;
    return {};
  }
  // The message whose turn it is, if it is anybody's.
  std::optional<AlertBook::Outgoing> Turn(const std::string& id) {
    while (true) {
      auto turn = book_->Next(id);
      EXPECT_TRUE(turn.ok()) << base::ToString(turn.status());
      if (!turn.ok()) return std::nullopt;
      if (turn->message) return std::move(turn->message);
      if (!turn->again) return std::nullopt;
    }
  }
  std::optional<UnixTime> LookAt(const std::string& id) {
    EXPECT_FALSE(Turn(id));
    return book_->Next(id)->look_at;
  }
  // One attempt at what waits; false: nothing is due.
  bool Try(const std::string& id, const AlertBook::Attempt& attempt) {
    const auto message = Turn(id);
    if (!message) return false;
    const Status settled = book_->Settle(*message, attempt);
    EXPECT_TRUE(settled.ok()) << base::ToString(settled);
    return true;
  }
  static AlertBook::Attempt Failure(std::string error = "HTTP 500") {
    AlertBook::Attempt attempt;
    attempt.error = std::move(error);
    return attempt;
  }
  // Delivers everything that is due, in order.
  std::vector<v1::Delivery> Deliver(const std::string& id) {
    std::vector<v1::Delivery> sent;
    AlertBook::Attempt attempt;
    attempt.delivered = true;
    while (const auto message = Turn(id)) {
      sent.push_back(message->delivery);
      EXPECT_TRUE(book_->Settle(*message, attempt).ok());
    }
    return sent;
  }
  static std::vector<std::string> Types(const std::vector<v1::Delivery>& deliveries) {
    std::vector<std::string> types;
    for (const v1::Delivery& one : deliveries) types.push_back(one.type());
    return types;
  }
  static nlohmann::json Payload(const v1::Delivery& delivery) {
    return nlohmann::json::parse(delivery.payload());
  }
  std::vector<v1::Delivery> Log(const std::string& id) {
    v1::ListDeliveriesRequest request;
    request.set_subscription_id(id);
    std::vector<v1::Delivery> all;
    while (true) {
      auto page = book_->ListDeliveries(request);
      EXPECT_TRUE(page.ok()) << base::ToString(page.status());
      if (!page.ok()) return all;
      for (v1::Delivery& row : page->rows) all.push_back(std::move(row));
      if (page->next.empty()) return all;
      request.set_cursor(page->next);
    }
  }

  std::function<std::string(const v1::AnnouncementEvent&)> event_json_ =
      [](const v1::AnnouncementEvent& event) {
        return nlohmann::json{{"sequence", event.sequence()},
                              {"type", event.type()},
                              {"announcement", event.announcement().id()},
                              {"sources", event.announcement().sources_size()}}
            .dump();
      };
  bool takes_mail_ = true;
  std::unique_ptr<AlertBook> book_;
};

}  // namespace signboard::registry
