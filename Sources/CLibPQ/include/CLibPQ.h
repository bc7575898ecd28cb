#ifndef CLIBPQ_H
#define CLIBPQ_H

/* Debian keeps it in a folder of its own, which is where its own includes look too. */
#include <postgresql/libpq-fe.h>

/* Loads libpq, once for the process; 0 where it is not installed. Nothing of it may be called before this returned 1. */
int clibpq_load(void);

/* Lets no message of a server reach our standard error, where libpq would print it. */
void clibpq_silence(PGconn *_Nonnull connection);

#endif
