#include "crawler/render/devtools.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "proto/base/log.h"

namespace signboard::render {

namespace asio = boost::asio;

namespace {

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kReadBytes = size_t{64} << 10;
constexpr size_t kParseHereBytesMax = size_t{128} << 10;

Json Parse(const std::string& message) {
  return Json::parse(message, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

const Json& At(const Json& object, const char* key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto member = object.find(key);
  return member == object.end() ? kNull : *member;
}

std::string TextAt(const Json& object, const char* key) {
  const Json& member = At(object, key);
  return member.is_string() ? member.get<std::string>() : std::string();
}

double NumberAt(const Json& object, const char* key) {
  const Json& member = At(object, key);
  return member.is_number() ? member.get<double>() : 0;
}

DevTools::DevTools(asio::any_io_executor executor, base::Pool* pool)
    : pool_(pool), socket_(executor), tasks_(executor) {}

std::shared_ptr<DevTools> DevTools::Open(asio::any_io_executor executor, base::Pool* pool,
                                         int socket) {
  std::shared_ptr<DevTools> tools(new DevTools(std::move(executor), pool));
  tools->socket_.assign(asio::local::stream_protocol(), socket);
  tools->tasks_.Spawn("devtools_read", Read(tools));
  return tools;
}

asio::awaitable<void> DevTools::Read(std::shared_ptr<DevTools> self) {
  std::string kept;
  auto buffer = std::make_unique<std::array<char, kReadBytes>>();
  bool sane = true;
  while (sane && self->open()) {
    const auto [error, count] = co_await self->socket_.async_read_some(
        asio::buffer(*buffer), kTuple);
    if (error) break;
    std::string_view came(buffer->data(), count);
    for (size_t end = came.find('\0'); sane && end != came.npos; end = came.find('\0')) {
      kept += came.substr(0, end);
      came.remove_prefix(end + 1);
      sane = co_await self->Take(std::exchange(kept, {}));
    }
    kept += came;
    sane = sane && kept.size() <= kMessageBytesMax;
  }
  self->Close();
}

asio::awaitable<bool> DevTools::Take(std::string message) {
  Json json;
  if (message.size() <= kParseHereBytesMax) {
    json = Parse(message);
  } else {
    auto parse = base::OnPool(*pool_, [&message] { return Parse(message); });
    json = co_await std::move(parse);
  }
  if (!json.is_object()) {
    Log(base::kWarn, "devtools_not_understood", {{"bytes", message.size()}});
    co_return false;
  }
  OnMessage(std::move(json));
  co_return true;
}

void DevTools::OnMessage(Json message) {
  const auto id = message.find("id");
  if (id != message.end()) {
    const auto waiting = id->is_number_unsigned() ? waiting_.find(*id) : waiting_.end();
    if (waiting == waiting_.end()) return;
    waiting->second->answered = true;
    waiting->second->answer = std::move(message);
    waiting->second->timer.cancel();
    return;
  }
  if (!listener_) return;
  listener_({TextAt(message, "method"), TextAt(message, "sessionId"),
             std::move(message["params"])});
}

uint64_t DevTools::Send(const std::string& method, Json params, const std::string& session) {
  const uint64_t id = ++last_id_;
  if (!open()) return id;
  Json message = {{"id", id}, {"method", method}, {"params", std::move(params)}};
  if (!session.empty()) message["sessionId"] = session;
  // Header values of strangers need not be UTF-8.
  std::string bytes = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  bytes.push_back('\0');
  outbox_.push_back(std::move(bytes));
  if (!std::exchange(writing_, true)) tasks_.Spawn("devtools_write", Write(shared_from_this()));
  return id;
}

asio::awaitable<void> DevTools::Write(std::shared_ptr<DevTools> self) {
  while (!self->outbox_.empty() && self->open()) {
    const std::string bytes = std::move(self->outbox_.front());
    self->outbox_.pop_front();
    const auto [error, count] =
        co_await asio::async_write(self->socket_, asio::buffer(bytes), kTuple);
    if (error) self->Close();
  }
  self->writing_ = false;
}

void DevTools::Post(const std::string& method, Json params, const std::string& session) {
  Send(method, std::move(params), session);
}

asio::awaitable<StatusOr<Json>> DevTools::Call(std::string method, Json params,
                                               std::string session, Millis most) {
  const auto self = shared_from_this();
  if (!open()) co_return base::Unavailable(method + ": the browser is gone");
  auto waiting = std::make_shared<Waiting>(socket_.get_executor());
  const uint64_t id = Send(method, std::move(params), session);
  waiting_[id] = waiting;
  waiting->timer.expires_after(most);
  co_await waiting->timer.async_wait(kTuple);
  waiting_.erase(id);
  if (!waiting->answered) {
    if (!open()) co_return base::Unavailable(method + ": the browser is gone");
    co_return base::DeadlineExceeded(method + ": no answer in time");
  }
  Json& answer = waiting->answer;
  if (const auto error = answer.find("error"); error != answer.end()) {
    co_return base::Internal(method + ": " +
                             error->dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  co_return std::move(answer["result"]);
}

void DevTools::Close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  outbox_.clear();
  for (const auto& [id, waiting] : waiting_) waiting->timer.cancel();
}

}  // namespace signboard::render
