/* SPDX-License-Identifier: Apache-2.0 */
/* parts.c: reaching into JSON by a path, and the ways in which vendors write time; see vendor.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/fake/vendor.h"

int64_t desk_int(const char *s)
{
	long long n = 0;

	return sscanf(s, "%lld", &n) == 1 ? n : 0;
}

/* The first step of *path; @step has 64 bytes. */
static void cut_step(const char **path, char *step)
{
	size_t n = strcspn(*path, ".");

	snprintf(step, 64, "%.*s", (int)n, *path);
	*path += n + ((*path)[n] == '.');
}

json_t *desk_at(json_t *at, const char *path)
{
	char step[64];

	while (at && *path) {
		cut_step(&path, step);
		at = json_is_array(at) ? json_array_get(at, (size_t)desk_int(step))
				       : json_object_get(at, step);
	}
	return at;
}

void desk_put(json_t *at, const char *path, json_t *value)
{
	const char *dot = strrchr(path, '.'), *last = dot ? dot + 1 : path;
	char parent[128];

	snprintf(parent, sizeof(parent), "%.*s", dot ? (int)(dot - path) : 0, path);
	at = desk_at(at, parent);
	if (!at ||
	    (json_is_array(at) ? json_array_set_new(at, (size_t)desk_int(last), value)
			       : json_object_set_new(at, last, value))) {
		fprintf(stderr, "desk: the recorded answer has no %s\n", path);
		abort();
	}
}

const char *desk_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

/* "2026-11-21T10:00:00(.000000)(Z|+01:00)" in ms; -1: it is none. */
static int64_t iso_ms(const char *s)
{
	int hours = 0, minutes = 0, fraction = 0;
	struct tm tm = { 0 };
	const char *rest = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t ms;

	if (!rest)
		return -1;
	if (*rest == '.') {
		char digits[4] = "000";

		for (size_t i = 0; i < 3 && rest[1 + i] >= '0' && rest[1 + i] <= '9'; i++)
			digits[i] = rest[1 + i];
		fraction = (int)desk_int(digits);
		rest += 1 + strspn(rest + 1, "0123456789");
	}
	ms = (int64_t)timegm(&tm) * 1000 + fraction;
	if ((*rest == '+' || *rest == '-') &&
	    sscanf(rest + 1, "%2d:%2d", &hours, &minutes) == 2)
		ms += (*rest == '+' ? -1 : 1) * (hours * 60 + minutes) * INT64_C(60000);
	return ms;
}

int64_t desk_number(const json_t *object, const char *key)
{
	const char *s = desk_text(object, key);

	return strchr(s, '-') ? iso_ms(s) : desk_int(s);
}

json_t *desk_iso(int64_t ms, const char *format)
{
	char spec[64], text[80], milli[8];
	const char *l = strstr(format, "%L");
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	snprintf(milli, sizeof(milli), "%03d", (int)(ms % 1000));
	snprintf(spec, sizeof(spec), "%.*s%s%s",
		 (int)(l ? l - format : (long)strlen(format)), format, l ? milli : "",
		 l ? l + 2 : "");
	gmtime_r(&s, &tm);
	strftime(text, sizeof(text), spec, &tm);
	return json_string(text);
}

void desk_ulid(char out[27], int64_t ms, int n)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	out[26] = 0;
	for (int i = 9; i >= 0; i--, ms /= 32)
		out[i] = digits[ms % 32];
	for (int i = 25; i >= 10; i--, n /= 32)
		out[i] = digits[n % 32];
}
