// Votes in place. The same forms are sent as without script, and the next step is taken from the
// page that answers. Where that fails, the browser sends the form as usual.
addEventListener('submit', async (event) => {
  const form = event.target.closest('form.vote');
  if (!form || form.dataset.plain) return;
  event.preventDefault();
  const button = event.submitter;
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: 'POST', body });
    if (!answer.ok) throw answer.status;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = page.querySelector('.vote');
    next.tabIndex = -1;
    form.replaceWith(next);
    next.focus();
  } catch {
    form.dataset.plain = 'yes';
    form.requestSubmit(button);
  }
});
