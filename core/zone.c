/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone.c: a time zone as a list of moments at which its offset changes.
 *
 * glibc reads the zone files, but only for one zone at a time and behind a lock. So we ask it
 * once for every change between 1990 and 2045 and keep the answers: 110 or so, found by
 * halving. From then on a look-up is a binary search that any thread may do.
 */
#include "core/when.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct change {
	int64_t at_s; /* from here on … */
	int32_t offset_s;
};

struct zone {
	char *name;
	struct change *changes; /* the first is at INT64_MIN */
	size_t count, room;
};

/*
 * 1990 … 2045; behind that the last offset stays. glibc works out each answer behind 2037 anew, and
 * every start pays for it.
 */
static const int64_t FROM_S = 631152000, TO_S = 2366841600;

enum { QUARTER_S = 900 }; /* clocks change at a full quarter of an hour */

static int32_t ask(int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

static bool add(struct zone *z, int64_t at_s, int32_t offset_s)
{
	if (z->count == z->room) {
		size_t room = z->room ? z->room * 2 : 64;
		struct change *more = realloc(z->changes, room * sizeof(*more));

		if (!more)
			return false;
		z->changes = more;
		z->room = room;
	}
	z->changes[z->count++] = (struct change){ at_s, offset_s };
	return true;
}

static bool collect(struct zone *z)
{
	const int64_t step =
		14 *
		86400; /* no zone changed twice within two weeks since 1990 but in Ramadan */
	int32_t have = ask(FROM_S);

	if (!add(z, INT64_MIN, have))
		return false;
	for (int64_t t = FROM_S; t < TO_S; t += step) {
		int64_t lo = t, hi = t + step;

		if (ask(hi) == have)
			continue;
		while (hi - lo > QUARTER_S) {
			int64_t mid = lo + (hi - lo) / 2 / QUARTER_S * QUARTER_S;

			if (ask(mid) == have)
				lo = mid;
			else
				hi = mid;
		}
		have = ask(t + step);
		if (!add(z, hi, have))
			return false;
	}
	return true;
}

/* glibc takes an unknown name for UTC without a word, so the file is asked for first. */
static bool known(const char *name)
{
	const char *dir = getenv("TZDIR");
	char path[PATH_MAX];

	if (strcmp(name, "UTC") == 0)
		return true;
	if (!name[0] || name[0] == '/' || name[0] == '.' || strstr(name, "..") ||
	    strlen(name) > 255)
		return false;
	if (!dir)
		dir = "/usr/share/zoneinfo";
	if (strlen(dir) + strlen(name) + 2 > sizeof(path))
		return false;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, R_OK) == 0;
}

/*
 * False: out of memory. tzset() does not tell that it could not read the file: it takes the name
 * for a rule then ("Europe"), and every day of the store would be one of UTC.
 */
static bool set_tz(const char *name)
{
	if (!name)
		unsetenv("TZ");
	else if (setenv("TZ", name, 1))
		return false;
	tzset();
	return !name || !strchr(name, '/') ||
	       strncmp(tzname[0], name, strlen(tzname[0])) != 0;
}

int zone_open(struct zone **out, const char *iana_name, struct err *err)
{
	struct zone *z;
	const char *tz = getenv("TZ");
	char *before;
	bool ok;

	*out = NULL;
	if (!known(iana_name))
		return err_set(err, ERR_MISSING,
			       "no time zone \"%s\" on this system (a name such as "
			       "Europe/Warsaw)",
			       iana_name);
	z = calloc(1, sizeof(*z));
	if (!z)
		return err_set(err, ERR_SYSTEM, "out of memory");
	before = tz ? strdup(tz) : NULL;
	z->name = strdup(iana_name);
	ok = z->name && (!tz || before) && set_tz(iana_name) && collect(z);
	set_tz(before); /* whatever that was */
	free(before);
	if (!ok) {
		zone_close(z);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	*out = z;
	return 0;
}

void zone_close(struct zone *z)
{
	if (!z)
		return;
	free(z->name);
	free(z->changes);
	free(z);
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

int32_t zone_offset_s(const struct zone *z, int64_t utc_ms)
{
	int64_t s = utc_ms / 1000 - (utc_ms % 1000 < 0);
	size_t lo = 0, hi = z->count;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (z->changes[mid].at_s <= s)
			lo = mid;
		else
			hi = mid;
	}
	return z->changes[lo].offset_s;
}

const char *zone_system_name(void)
{
	static char path[PATH_MAX];
	const char *tz = getenv("TZ");
	ssize_t n;
	char *at;

	if (tz && tz[0] && known(tz[0] == ':' ? tz + 1 : tz))
		return tz[0] == ':' ? tz + 1 : tz;
	n = readlink("/etc/localtime", path, sizeof(path) - 1);
	if (n <= 0)
		return "UTC";
	path[n] = 0;
	at = strstr(path, "zoneinfo/");
	if (!at || !known(at + 9) || strcmp(at + 9, "Etc/UTC") == 0)
		return "UTC";
	return at + 9;
}
