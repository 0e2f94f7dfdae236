-- ARGV: prefix, now, retention, then key, feed, reason, title ... -> how many were new.
local new = 0
for i = 4, #ARGV, 4 do
  local job = job_key(ARGV[i])
  if redis.call('EXISTS', job) == 0 then
    redis.call('HSET', job, 'print', '', 'stage', 'done', 'attempts', '0', 'token', '0', 'admitted', ARGV[2],
      'feed', ARGV[i + 1], 'title', ARGV[i + 3], 'outcome', 'broken_entry', 'reason', ARGV[i + 2], 'ended', ARGV[2])
    count('admitted')
    count('outcome.broken_entry')
    new = new + 1
  end
  redis.call('EXPIRE', job, ARGV[3])
end
return new
