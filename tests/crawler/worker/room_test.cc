#include "crawler/worker/room.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <vector>

namespace signboard::worker {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> EnterInto(Room* room, uint64_t bytes, std::optional<Room::Held>* held) {
  auto entering = room->Enter(bytes);
  Room::Held got = co_await std::move(entering);
  held->emplace(std::move(got));
}

TEST(RoomTest, WhoDoesNotFitWaitsForWhatIsGivenBack) {
  asio::io_context io;
  Room room(100);
  std::optional<Room::Held> a, b, c;
  asio::co_spawn(io, EnterInto(&room, 60, &a), asio::detached);
  asio::co_spawn(io, EnterInto(&room, 60, &b), asio::detached);
  asio::co_spawn(io, EnterInto(&room, 40, &c), asio::detached);
  io.poll();
  EXPECT_TRUE(a.has_value());
  EXPECT_FALSE(b.has_value());
  EXPECT_TRUE(c.has_value());
  a->Resize(10);
  io.restart();
  io.poll();
  EXPECT_FALSE(b.has_value()) << "50 are held still";
  c.reset();
  io.restart();
  io.poll();
  EXPECT_TRUE(b.has_value());
  EXPECT_EQ(room.bytes(), 70u);
  a.reset();
  b.reset();
  EXPECT_EQ(room.bytes(), 0u);
}

TEST(RoomTest, AloneAnythingFits) {
  asio::io_context io;
  Room room(100);
  std::optional<Room::Held> large, small;
  asio::co_spawn(io, EnterInto(&room, 5'000, &large), asio::detached);
  asio::co_spawn(io, EnterInto(&room, 1, &small), asio::detached);
  io.poll();
  EXPECT_TRUE(large.has_value());
  EXPECT_FALSE(small.has_value());
  large.reset();
  io.restart();
  io.poll();
  EXPECT_TRUE(small.has_value());
}

constexpr size_t kMiB = size_t{1} << 20;

TEST(RoomTest, BodiesThatComeTakeAQuarterAndWhatHasComeIsRead) {
  asio::io_context io;
  const auto room = std::make_shared<Room>(16 * kMiB);
  const auto large = std::make_shared<Room>(16 * kMiB);
  std::vector<std::unique_ptr<BodyRoom>> slow;
  for (int i = 0; i < 10; ++i) slow.push_back(std::make_unique<BodyRoom>(room, large));
  int grown = 0;
  for (const auto& body : slow) grown += body->Grow(kMiB, 5 * kMiB) >= kMiB ? 1 : 0;
  EXPECT_EQ(grown, 4);
  EXPECT_EQ(room->bytes(), 4 * kMiB);

  std::optional<Room::Held> first, second, third;
  const auto read = [&](BodyRoom* body, std::optional<Room::Held>* held) -> asio::awaitable<void> {
    auto entering = body->EnterToBeRead(12 * kMiB);
    Room::Held got = co_await std::move(entering);
    held->emplace(std::move(got));
  };
  asio::co_spawn(io, read(slow[0].get(), &first), asio::detached);
  asio::co_spawn(io, read(slow[9].get(), &second), asio::detached);
  io.poll();
  EXPECT_TRUE(first.has_value()) << "beside the bodies that come there is room to read one";
  EXPECT_FALSE(second.has_value());
  EXPECT_EQ(room->bytes(), 11 * kMiB) << "what the body held is part of what it takes to read it";
  first.reset();
  io.restart();
  io.poll();
  EXPECT_TRUE(second.has_value());
  second.reset();
  slow.clear();
  EXPECT_EQ(room->bytes(), 0u);
}

TEST(RoomTest, ABodyGrowsByStepsAndKeepsWhatItHasWhenThereIsNoMore) {
  const auto room = std::make_shared<Room>(2 * kMiB);
  const auto large = std::make_shared<Room>(4 * kMiB);
  BodyRoom one(room, large);
  BodyRoom other(room, large);
  EXPECT_EQ(one.Grow(40'000, 5 * kMiB), 4 * BodyRoom::kFreeBytes);
  EXPECT_EQ(one.Grow(40'000, 50'000), 50'000u) << "no more than it may become";
  EXPECT_EQ(other.Grow(300'000, 5 * kMiB), 0u) << "that is more than a quarter of the room";
  EXPECT_EQ(other.Grow(200'000, 5 * kMiB), 400'000u);
  EXPECT_EQ(one.Grow(100'000, 5 * kMiB), 0u);
  EXPECT_EQ(room->bytes(), 450'000u);
  EXPECT_EQ(one.Grow(2 * kMiB, 5 * kMiB), 5 * kMiB) << "alone among the large ones";
  EXPECT_EQ(other.Grow(2 * kMiB, 3 * kMiB), 0u);
}

}  // namespace
}  // namespace signboard::worker
