#include "crawler/worker/room.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

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

}  // namespace
}  // namespace signboard::worker
