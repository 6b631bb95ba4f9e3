#include "crawler/decode/wire_recipe.h"

#include <gtest/gtest.h>

#include <string>

#include "crawler/decode/content_coding.h"
#include "tests/crawler/decode/fixture.h"

namespace signboard::decode {
namespace {

using Method = Recipe::Method;

struct Sent {
  const char* file;
  const char* coding;
  Method method;
};

TEST(WireRecipeTest, WhatCommonCompressorsSentIsMadeAgainByteForByte) {
  const std::string page = Fixture("page.html");
  const Sent sent[] = {{"python.gz", "gzip", Method::kZlib},
                       {"cli.gz", "gzip", Method::kZlib},
                       {"apache_mem9.gz", "gzip", Method::kZlib},
                       {"nginx_l1.gz", "x-gzip", Method::kZlib},
                       {"zlib.deflate", "deflate", Method::kZlib},
                       {"raw.deflate", "deflate", Method::kZlib},
                       {"node_q11.br", "br", Method::kBrotli},
                       {"node_q5.br", "br", Method::kBrotli},
                       {"cli_l3.zst", "zstd", Method::kZstd},
                       {"pipe_l1.zst", "zstd", Method::kZstd},
                       {"flushed.gz", "gzip", Method::kStored},
                       {"members.gz", "gzip", Method::kStored},
                       {"page.html", "", Method::kIdentity},
                       {"page.html", "gzip", Method::kIdentity}};
  for (const Sent& s : sent) {
    const std::string wire = Fixture(s.file);
    const Recipe recipe = FindRecipe(wire, page, s.coding);
    EXPECT_EQ(recipe.method, s.method) << s.file;
    if (recipe.method == Method::kStored) continue;
    const StatusOr<std::string> again = Recreate(recipe, page);
    ASSERT_TRUE(again.ok()) << s.file << ": " << again.status();
    EXPECT_EQ(*again, wire) << s.file;
  }
}

TEST(WireRecipeTest, TheGzipHeaderWithItsNameAndTimeIsTheHead) {
  const Recipe recipe = FindRecipe(Fixture("python.gz"), Fixture("page.html"), "gzip");
  EXPECT_EQ(recipe.head.substr(10), std::string("page.html\0", 10));
  EXPECT_EQ(recipe.tail.size(), 8U);
  EXPECT_EQ(recipe.level, 9);
}

TEST(WireRecipeTest, JunkAfterTheEndIsPartOfTheTail) {
  const std::string wire = Fixture("python.gz") + "\n<!-- cached -->";
  const Recipe recipe = FindRecipe(wire, Fixture("page.html"), "gzip");
  ASSERT_EQ(recipe.method, Method::kZlib);
  EXPECT_EQ(Recreate(recipe, Fixture("page.html")).value(), wire);
}

TEST(WireRecipeTest, PagesOfEverySizeRoundTripOrAreStored) {
  const std::string page = Fixture("page.html");
  for (const size_t bytes : {size_t{1}, size_t{100}, size_t{4'000}, size_t{70'000}}) {
    const std::string part = page.substr(0, bytes);
    for (const auto& [method, coding] :
         {std::pair{Method::kZlib, "deflate"}, {Method::kBrotli, "br"}, {Method::kZstd, "zstd"}}) {
      Recipe made;
      made.method = method;
      made.level = 5;
      made.window_bits = method == Method::kZlib ? 15 : 22;
      made.mem_level = 8;
      const std::string wire = Recreate(made, part).value();
      ASSERT_EQ(DecodeContent(wire, coding).bytes, part) << coding;
      const Recipe found = FindRecipe(wire, part, coding);
      ASSERT_EQ(found.method, method) << coding << " " << bytes;
      EXPECT_EQ(Recreate(found, part).value(), wire);
    }
  }
}

TEST(WireRecipeTest, APairThatDoesNotBelongTogetherIsStored) {
  const std::string page = Fixture("page.html");
  EXPECT_EQ(FindRecipe(Fixture("python.gz"), page + "x", "gzip").method, Method::kStored);
  EXPECT_EQ(FindRecipe(Fixture("python.gz"), page, "br").method, Method::kStored);
  EXPECT_EQ(FindRecipe(Fixture("python.gz"), page, "gzip, br").method, Method::kStored);
  EXPECT_EQ(FindRecipe("", page, "gzip").method, Method::kStored);
  EXPECT_EQ(FindRecipe("\x1f\x8b\x08\x1c", page, "gzip").method, Method::kStored);
}

TEST(WireRecipeTest, ARecipeTheLibraryRefusesIsAnError) {
  EXPECT_EQ(Recreate(Recipe{}, "page").status().code(), StatusCode::kFailedPrecondition);
  for (const Method method : {Method::kZlib, Method::kBrotli, Method::kZstd}) {
    Recipe broken;
    broken.method = method;
    broken.level = 77;
    broken.window_bits = 15;
    broken.mem_level = 8;
    EXPECT_EQ(Recreate(broken, "page").status().code(), StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace signboard::decode
