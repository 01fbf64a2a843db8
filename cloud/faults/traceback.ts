import { ApiError } from '../http/api-error.ts';

/** A refusal with 500 that shows the caller where Python stopped. */
export function traceback(exception: string): ApiError {
  const place = '  File "nova/api/openstack/wsgi.py", line 658, in wrapped\n    return f(*args, **kwargs)';
  return new ApiError(500, `Traceback (most recent call last):\n${place}\n${exception}`);
}
