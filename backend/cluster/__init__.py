"""The same cases on several machines, through dask.distributed (the extra `requirements-cluster.txt`).

A worker of the cluster measures as this machine does, in supervised processes under its own device lock. Whoever asks
sends it one case at a time, for one running worker process and no other: dask may run a task again after a loss, but
here a case that was begun is never measured again unasked.
"""
