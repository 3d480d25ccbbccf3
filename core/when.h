/* SPDX-License-Identifier: Apache-2.0 */
/*
 * when.h: time. Milliseconds of UTC inside; days, ISO weeks and months in the zone of the
 * store, because a "day" is the team's day. A zone is an IANA name, read through glibc once
 * and then only looked at, from any thread.
 */
#ifndef OPINIA_CORE_WHEN_H
#define OPINIA_CORE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

enum {
	MS_SECOND = 1000,
	MS_MINUTE = 60000,
	MS_HOUR = 3600000,
	MS_DAY = 86400000,
	WHEN_TEXT_MAX = 40
};

struct zone; /* immutable */

struct civil {
	int year, month, day; /* 1..12, 1..31 */
	int hour, minute, second, ms;
};

/* ERR_MISSING: no such zone on this system. Not to be called while other threads use localtime(). */
int zone_open(struct zone **out, const char *iana_name, struct err *err);
void zone_close(struct zone *z); /* NULL is fine */
const char *zone_name(const struct zone *z);
const char *zone_system_name(
	void); /* of this machine: TZ, /etc/timezone or /etc/localtime; else "UTC" */
int32_t zone_offset_s(const struct zone *z,
		      int64_t utc_ms); /* seconds east of UTC then */

/* Days since 1970-01-01 as whole civil days of the zone; and back, to the first instant of it. */
int32_t when_day(const struct zone *z, int64_t utc_ms);
int64_t when_day_start(const struct zone *z, int32_t day);
struct civil when_civil(const struct zone *z, int64_t utc_ms);
/* A local time that does not exist (spring) moves forward; one that is twice (autumn) is the first. */
int64_t when_utc(const struct zone *z, struct civil c);

int32_t day_of(int year, int month, int day); /* proleptic Gregorian */
void day_civil(int32_t day, int *year, int *month, int *dom);
int32_t day_week_start(int32_t day); /* the Monday of its ISO week */
void day_iso_week(int32_t day, int *year, int *week);
int32_t day_month_start(int32_t day);
int32_t day_month_next(int32_t day); /* the first of the month after */
bool civil_valid(const struct civil *c);

int64_t when_now(void); /* the real clock, ms */

/* RFC 3339 / ISO 8601 with or without zone ("2026-03-01", "2026-03-01T10:00", "… 10:00:05.123+02:00",
 * "…Z"); without one the time is in @z. The whole view must be consumed. */
bool when_parse_iso(struct sv s, const struct zone *z, int64_t *utc_ms);

/* "2026-03-01T09:00:00Z" (ms only where there are any). @out has WHEN_TEXT_MAX bytes. */
void when_format(int64_t utc_ms, char *out);
void when_format_local(const struct zone *z, int64_t utc_ms,
		       char *out);	   /* "2026-03-01 11:00" */
void day_format(int32_t day, char *out);   /* "2026-03-01" */
void week_format(int32_t day, char *out);  /* "2026-W09"   */
void month_format(int32_t day, char *out); /* "2026-03"    */

#endif
