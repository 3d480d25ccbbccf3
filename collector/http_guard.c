/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_guard.c: see http_guard.h. The ranges are those of the IANA special-purpose registries;
 * IPv6 is read the other way round: only 2000::/3 is public, less what is special in it.
 */
#include "collector/http_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool public4(uint32_t ip)
{
	static const struct {
		uint32_t net;
		int bits;
	} special[] = {
		{ 0x00000000, 8 },  /* this network */
		{ 0x0a000000, 8 },  /* private */
		{ 0x64400000, 10 }, /* carrier NAT */
		{ 0x7f000000, 8 },  /* loopback */
		{ 0xa9fe0000, 16 }, /* link-local, metadata services */
		{ 0xac100000, 12 }, /* private */
		{ 0xc0000000, 24 }, /* protocol assignments */
		{ 0xc0000200, 24 }, /* documentation */
		{ 0xc0586300, 24 }, /* old 6to4 relays */
		{ 0xc0a80000, 16 }, /* private */
		{ 0xc6120000, 15 }, /* benchmarks */
		{ 0xc6336400, 24 }, /* documentation */
		{ 0xcb007100, 24 }, /* documentation */
		{ 0xe0000000, 3 },  /* multicast, reserved, broadcast */
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if ((ip ^ special[i].net) >> (32 - special[i].bits) == 0)
			return false;
	return true;
}

static bool begins6(const uint8_t *ip, const char *net, int bits)
{
	struct in6_addr want;
	int whole = bits / 8, rest = bits % 8;

	if (inet_pton(AF_INET6, net, &want) != 1 ||
	    memcmp(ip, want.s6_addr, (size_t)whole) != 0)
		return false;
	return !rest || ((ip[whole] ^ want.s6_addr[whole]) >> (8 - rest)) == 0;
}

static uint32_t inner4(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool public6(const uint8_t *ip)
{
	if (begins6(ip, "::ffff:0:0", 96) || begins6(ip, "64:ff9b::", 96))
		return public4(inner4(ip + 12));
	if (begins6(ip, "2002::", 16)) /* 6to4 */
		return public4(inner4(ip + 2));
	return begins6(ip, "2000::", 3) && !begins6(ip, "2001::", 23) &&
	       !begins6(ip, "2001:db8::", 32) && !begins6(ip, "3fff::", 20);
}

bool address_public(const struct sockaddr *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (a->sa_family == AF_INET) {
		memcpy(&in, a, sizeof(in));
		return public4(ntohl(in.sin_addr.s_addr));
	}
	if (a->sa_family == AF_INET6) {
		memcpy(&in6, a, sizeof(in6));
		return public6(in6.sin6_addr.s6_addr);
	}
	return false;
}

/* Metadata services and machines without an address: nobody means them, `private` or not. */
static bool never4(uint32_t ip)
{
	return ip >> 16 == 0xa9fe || ip >> 24 == 0 || ip >> 28 >= 0xe;
}

static bool never(const struct sockaddr *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	const uint8_t *ip = in6.sin6_addr.s6_addr;

	if (a->sa_family == AF_INET) {
		memcpy(&in, a, sizeof(in));
		return never4(ntohl(in.sin_addr.s_addr));
	}
	memcpy(&in6, a, sizeof(in6));
	if (begins6(ip, "::ffff:0:0", 96) || begins6(ip, "64:ff9b::", 96))
		return never4(inner4(ip + 12));
	return begins6(ip, "fe80::", 10) || begins6(ip, "ff00::", 8) ||
	       begins6(ip, "fd00:ec2::", 32) || begins6(ip, "::", 128);
}

void address_text(const struct sockaddr *a, char *out)
{
	const char *bytes = (const char *)a;
	size_t at = a->sa_family == AF_INET6 ? offsetof(struct sockaddr_in6, sin6_addr)
					     : offsetof(struct sockaddr_in, sin_addr);

	if ((a->sa_family != AF_INET && a->sa_family != AF_INET6) ||
	    !inet_ntop(a->sa_family, bytes + at, out, ADDRESS_TEXT_MAX))
		snprintf(out, ADDRESS_TEXT_MAX, "?");
}

int http_guard_socket(struct http_guard *g, const struct sockaddr *a, int type,
		      int protocol)
{
	bool internet = a->sa_family == AF_INET || a->sa_family == AF_INET6;

	if (!internet || never(a) || (!g->private_ok && !address_public(a))) {
		if (!g->refused)
			address_text(a, g->address);
		g->refused = true;
		return -1;
	}
	g->opened = true;
	return socket(a->sa_family, type | SOCK_CLOEXEC, protocol);
}

int http_guard_said(const struct http_guard *g, const char *place, struct err *err)
{
	if (g->private_ok)
		return err_set(err, ERR_CONFIG, "%s is at %s, which no service can be at",
			       place, g->address);
	return err_set(
		err, ERR_CONFIG,
		"%s is at %s, which is no address of the public Internet; if that is "
		"meant, add `private = yes` to the source",
		place, g->address);
}
