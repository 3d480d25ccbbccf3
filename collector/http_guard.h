/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_guard.h: may this address be connected to? Asked with the real address at the moment of
 * the connection, whatever name, redirect or spelling led there. Whoever opens connections that a
 * configuration or a service names (HTTP, IMAP, AMI) asks here.
 */
#ifndef OPINIA_COLLECTOR_HTTP_GUARD_H
#define OPINIA_COLLECTOR_HTTP_GUARD_H

#include <stdbool.h>
#include <sys/socket.h>

#include "core/err.h"

enum { ADDRESS_TEXT_MAX = 64 };

struct http_guard {
	bool private_ok;
	bool opened;			/* some address was allowed */
	bool refused;			/* some address was not */
	char address[ADDRESS_TEXT_MAX]; /* the first one that was refused */
};

/*
 * Is it an address of the public Internet? Not: loopback, private, link-local (there cloud
 * machines keep their credentials), carrier NAT, multicast, reserved, documentation, and IPv6
 * spellings of those (mapped, NAT64, 6to4). Anything but IPv4 and IPv6 is not.
 */
bool address_public(const struct sockaddr *a);

/* "192.0.2.1", "2001:db8::1"; "?" where it is neither. @out has ADDRESS_TEXT_MAX bytes. */
void address_text(const struct sockaddr *a, char *out);

/* A socket for that address, not connected yet; -1: refused (it is noted in @g), or none left. */
int http_guard_socket(struct http_guard *g, const struct sockaddr *a, int type,
		      int protocol);

/* ERR_CONFIG: @place has only addresses that are refused, and what to write if that is meant. */
int http_guard_said(const struct http_guard *g, const char *place, struct err *err);

#endif
