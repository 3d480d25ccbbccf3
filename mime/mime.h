/* SPDX-License-Identifier: Apache-2.0 */
/* mime.h: mails from one descriptor, their fields to another. */
#ifndef OPINIA_MIME_MIME_H
#define OPINIA_MIME_MIME_H

/* Until the end of @in. 0, or 1 when a pipe failed. */
int mime_serve(int in, int out);

#endif
