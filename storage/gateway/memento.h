// Which capture of a URL answers for an instant, and the links between a page as it was and what
// else is kept of it (RFC 7089, RFC 8288).
//
// Threads: safe from any.
// Errors:  those of Backend.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/time.h"
#include "storage/gateway/answer.h"
#include "storage/gateway/backend.h"

namespace signboard::gateway {

// http://HOST as the client asked; https where the proxy before us says so.
std::string SelfOf(const HttpServerRequest& request);

// A target in a Link header: what naive readers split at is escaped.
std::string LinkTarget(std::string_view url);

// <url>; rel="original", and the TimeGate and TimeMap of it.
std::string LinksOf(const std::string& self, std::string_view url);

// <URI-M>; rel="REL"; datetime="...".
std::string MementoLink(const std::string& self, int64_t captured_ms, std::string_view url,
                        std::string_view rel);

// The capture of which /web/ can show something that is nearest to `at`; absent: the newest. Who
// names the second of one gets it. Others get content while there is any, before what came with a
// redirect or a 404. nullopt: nothing is kept.
boost::asio::awaitable<StatusOr<std::optional<v1::Snapshot>>> FindMemento(
    const Backend* backend, std::string url, std::optional<int64_t> at);

// The same, whichever second is named.
boost::asio::awaitable<StatusOr<std::optional<v1::Snapshot>>> FindClosest(
    const Backend* backend, std::string url, std::optional<int64_t> at);

// The nearest of all that /web/ can show, content or not.
boost::asio::awaitable<StatusOr<std::optional<v1::Snapshot>>> FindShown(
    const Backend* backend, std::string url, std::optional<int64_t> at, v1::Nearest nearest);

}  // namespace signboard::gateway
