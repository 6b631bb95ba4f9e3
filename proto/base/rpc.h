// gRPC 1.51's callback API as coroutines, wrapped once: no completion queues anywhere.
//   rpc_serve.h   ServeUnary, ServeWrites, ServeReads, ServeBidi: a method's body is a coroutine
//   rpc_server.h  RpcServer: an address, services, health, reflection
//   rpc_client.h  Connect, CallUnary, ClientReader, ClientWriter, ClientBidi
//   rpc_status.h  ToGrpc, FromGrpc, IgnoreSigpipe
#pragma once

#include "proto/base/rpc_client.h"
#include "proto/base/rpc_serve.h"
#include "proto/base/rpc_server.h"
#include "proto/base/rpc_status.h"
