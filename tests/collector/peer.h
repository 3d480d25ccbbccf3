/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h: a service on loopback that behaves as badly as the tests want. It takes one connection
 * after the other in a thread of its own, and remembers what it was asked.
 */
#ifndef OPINIA_TESTS_COLLECTOR_PEER_H
#define OPINIA_TESTS_COLLECTOR_PEER_H

#include <stdatomic.h>
#include <stddef.h>

struct peer;

/* Called for each request that came (its head is @request, ended by NUL); 0: keep the connection. */
typedef int peer_answer(struct peer *p, int fd, const char *request);

enum { PEER_HEARD_MAX = 1 << 16 };

struct peer *peer_start(peer_answer *answer, const void *with);
void peer_stop(struct peer *p);
int peer_port(const struct peer *p);
const void *peer_with(const struct peer *p);
int peer_connections(const struct peer *p);
const char *peer_heard(struct peer *p); /* all requests, one behind the other */

/* For answers. False: the caller is gone, or the peer is to stop. */
_Bool peer_say(int fd, const void *bytes, size_t n);
_Bool peer_wait(struct peer *p, int fd, int ms); /* false: stop, or the caller is gone */

/* Ways to answer; @with is said first, where there is one (a text). */
peer_answer peer_text;	     /* @with, then the end */
peer_answer peer_mute;	     /* nothing, ever */
peer_answer peer_drip;	     /* @with, then a byte now and then */
peer_answer peer_reset;	     /* @with, then RST */
peer_answer peer_flood;	     /* @with again and again */
peer_answer peer_bomb;	     /* gzip of 256 MB that is 1.6 MB */
peer_answer peer_keep_alive; /* @with, and the connection stays */

/* A port that takes connections into a queue that is full: connecting there hangs. */
struct full_port {
	int fd, fillers[8], port;
};
void full_port_open(struct full_port *f);
void full_port_close(struct full_port *f);

int closed_port(void); /* nobody listens there */

#endif
