/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h: the other end of a wire, byte by byte: raw sockets, nothing that would mend a request. */
#ifndef OPINIA_TESTS_SERVER_PEER_H
#define OPINIA_TESTS_SERVER_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/opinia_server.h"

/* Answers 200 with "METHOD path?query body", or as /status/NNN and /wait/MS say; what is under /later
 * when it was asked about three times. */
struct echo {
	_Atomic int calls, at_once, most_at_once;
	_Atomic int later;
};
void echo_answer(void *self, const struct server_request *q, struct server_reply *reply);
bool echo_finish(void *self, struct server_reply *reply, bool wait);

/* At a free port of 127.0.0.1; ends the process where that fails. */
struct opinia_server *peer_server(struct echo *e, size_t body_max, int64_t request_ms);

int peer_connect(uint16_t port);
bool peer_send(int fd, const char *p, size_t n);
/* Until the other side closes, @ms pass without a byte, or @room is full. The bytes read. */
size_t peer_read(int fd, char *out, size_t room, int ms, bool *closed);
/* Send, read, close: the status of the first answer; 0: none. */
int peer_ask(uint16_t port, const char *p, size_t n, char *out, size_t room,
	     bool *closed);
int peer_status(const char *answer);

#endif
