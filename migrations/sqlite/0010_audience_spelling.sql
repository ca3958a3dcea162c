-- `uri` is the form in which resources are compared and referred to. Their tokens' audience is spelled as it was
-- registered: `spelling`, where that differs from `uri`.
ALTER TABLE resources ADD COLUMN spelling TEXT;
